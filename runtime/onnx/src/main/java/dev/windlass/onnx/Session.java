package dev.windlass.onnx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.windlass.onnx.ffi.OnnxException;
import dev.windlass.onnx.ffi.OnnxException.Code;
import dev.windlass.onnx.ffi.OrtApi;
import dev.windlass.onnx.ffi.TensorShape;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.ValueInfo;
import dev.windlass.onnx.graph.ValueInfo.Dimension;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A graph loaded, optimised and ready to run. {@link #run} is for tests and validation; runners that care about speed
 * bind their own memory. Any number of threads may run it at once; the owner closes it after the last run.
 */
public final class Session implements AutoCloseable {
    private final OrtApi api;
    private final Device device;
    private final MemorySegment handle;
    private final List<ValueInfo> inputs;
    private final List<ValueInfo> outputs;
    private volatile boolean closed;

    private Session(OrtApi api, Device device, MemorySegment handle, Arena scratch) {
        this.api = api;
        this.device = device;
        this.handle = handle;
        List<ValueInfo> in = new ArrayList<>();
        for (int i = 0; i < api.inputCount(handle, scratch); i++) {
            in.add(valueInfo(api.inputName(handle, i, scratch), api.inputShape(handle, i, scratch)));
        }
        List<ValueInfo> out = new ArrayList<>();
        for (int i = 0; i < api.outputCount(handle, scratch); i++) {
            out.add(valueInfo(api.outputName(handle, i, scratch), api.outputShape(handle, i, scratch)));
        }
        inputs = List.copyOf(in);
        outputs = List.copyOf(out);
    }

    /** @param create makes an OrtSession from an OrtSessionOptions */
    static Session open(
            OrtApi api, Device device, SessionOptions options, BiFunction<MemorySegment, Arena, MemorySegment> create) {
        try (var scratch = Arena.ofConfined()) {
            MemorySegment settings = api.createSessionOptions(scratch);
            MemorySegment handle;
            try {
                configure(api, settings, options, scratch);
                device.configure(settings);
                handle = create.apply(settings, scratch);
            } finally {
                api.releaseSessionOptions(settings);
            }
            try {
                return new Session(api, device, handle, scratch);
            } catch (RuntimeException | Error failure) {
                api.releaseSession(handle);
                throw failure;
            }
        }
    }

    private static void configure(OrtApi api, MemorySegment settings, SessionOptions options, Arena scratch) {
        api.setIntraOpNumThreads(settings, options.threads());
        api.setGraphOptimizationLevel(settings, options.optimization().level());
        api.useMemPattern(settings, options.memoryPattern());
        api.useCpuMemArena(settings, options.arena());
        api.addSessionConfigEntry(settings, "session.intra_op.allow_spinning", options.spinning() ? "1" : "0", scratch);
        options.configuration().forEach((key, value) -> api.addSessionConfigEntry(settings, key, value, scratch));
    }

    private static ValueInfo valueInfo(String name, TensorShape shape) {
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < shape.sizes().length; axis++) {
            long size = shape.sizes()[axis];
            dimensions.add(size >= 0 ? new Dimension.Fixed(size) : new Dimension.Symbolic(shape.symbols()[axis]));
        }
        return new ValueInfo(name, elementType(shape.type()), dimensions);
    }

    private static ElementType elementType(int number) {
        for (ElementType type : ElementType.values()) {
            if (type.number() == number) {
                return type;
            }
        }
        throw new OnnxException(Code.NOT_IMPLEMENTED, "ONNX element type %d is not supported here".formatted(number));
    }

    /** The graph's inputs, in order. */
    public List<ValueInfo> inputs() {
        return inputs;
    }

    /** The graph's outputs, in order. */
    public List<ValueInfo> outputs() {
        return outputs;
    }

    OrtApi api() {
        return api;
    }

    Device device() {
        return device;
    }

    /** The OrtSession. */
    MemorySegment handle() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
        return handle;
    }

    /**
     * Runs the graph once on tensors in host memory.
     *
     * @param feeds a tensor for each input
     * @return every output, in order, in memory of its own
     */
    public Map<String, Tensor> run(Map<String, Tensor> feeds) {
        MemorySegment session = handle();
        List<MemorySegment> values = new ArrayList<>();
        try (var scratch = Arena.ofConfined()) {
            MemorySegment memoryInfo = api.createCpuMemoryInfo(scratch);
            try {
                var inputNames = scratch.allocate(ADDRESS, feeds.size());
                var inputValues = scratch.allocate(ADDRESS, feeds.size());
                feeds.forEach((name, tensor) -> {
                    int index = values.size();
                    values.add(create(memoryInfo, tensor, scratch));
                    inputNames.setAtIndex(ADDRESS, index, scratch.allocateFrom(name));
                    inputValues.setAtIndex(ADDRESS, index, values.getLast());
                });
                var outputNames = scratch.allocate(ADDRESS, outputs.size());
                var outputValues = scratch.allocate(ADDRESS, outputs.size());
                for (int i = 0; i < outputs.size(); i++) {
                    outputNames.setAtIndex(
                            ADDRESS, i, scratch.allocateFrom(outputs.get(i).name()));
                }
                api.run(session, inputNames, inputValues, outputNames, outputValues);
                for (int i = 0; i < outputs.size(); i++) {
                    values.add(outputValues.getAtIndex(ADDRESS, i));
                }
                Map<String, Tensor> results = new LinkedHashMap<>();
                for (int i = 0; i < outputs.size(); i++) {
                    results.put(outputs.get(i).name(), copy(values.get(feeds.size() + i), scratch));
                }
                return results;
            } finally {
                values.forEach(api::releaseValue);
                api.releaseMemoryInfo(memoryInfo);
            }
        }
    }

    private MemorySegment create(MemorySegment memoryInfo, Tensor tensor, Arena scratch) {
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        return api.createTensor(
                memoryInfo,
                tensor.data(),
                scratch.allocateFrom(JAVA_LONG, shape),
                tensor.type().number(),
                scratch);
    }

    private Tensor copy(MemorySegment value, Arena scratch) {
        TensorShape shape = api.tensorShape(value, scratch);
        ElementType type = elementType(shape.type());
        List<Long> sizes = new ArrayList<>();
        long bytes = type.bytes();
        for (long size : shape.sizes()) {
            sizes.add(size);
            bytes = Math.multiplyExact(bytes, size);
        }
        MemorySegment data = api.tensorData(value, scratch).reinterpret(bytes);
        return new Tensor(
                type, sizes, Arena.ofAuto().allocate(bytes, Long.BYTES).copyFrom(data));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            api.releaseSession(handle);
        }
    }
}
