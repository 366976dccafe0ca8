package dev.windlass.onnx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.windlass.engine.run.EncoderModel;
import dev.windlass.engine.run.EncoderText;
import dev.windlass.onnx.Device.Mirror;
import dev.windlass.onnx.ffi.OrtApi;
import dev.windlass.onnx.ffi.SystemMemory;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Initializer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * Runs an {@link EncoderGraph} on a device: texts side by side, padded to the longest. Opening it may take seconds, since
 * ONNX Runtime packs the weights. It may be opened on one thread and used on another, but never on two at once.
 */
public final class EncoderRunner implements EncoderModel {
    private final EncoderGraph encoder;
    private final int capacity;
    private final int maximumTokens;
    private final Arena arena = Arena.ofShared();
    private final Session session;
    private final OrtApi api;
    private final Mirror tokens;
    private final Mirror segments;
    private final Mirror lengths;
    private final Mirror results;
    private final MemorySegment tokensName = arena.allocateFrom("input_ids");
    private final MemorySegment segmentsName = arena.allocateFrom("token_type_ids");
    private final MemorySegment lengthsName = arena.allocateFrom("lengths");
    private final MemorySegment resultName = arena.allocateFrom("result");
    private final MemorySegment shape = arena.allocate(JAVA_LONG, 2);
    private final SegmentAllocator out = SegmentAllocator.prefixAllocator(arena.allocate(ADDRESS));
    private final MemorySegment binding;
    private boolean closed;

    private EncoderRunner(Session session, EncoderGraph encoder, int capacity, int maximumTokens) {
        Device device = session.device();
        this.encoder = encoder;
        this.capacity = capacity;
        this.maximumTokens = maximumTokens;
        this.session = session;
        this.api = session.api();
        tokens = device.mirror((long) maximumTokens * Long.BYTES, arena);
        segments = device.mirror((long) maximumTokens * Long.BYTES, arena);
        lengths = device.mirror((long) maximumTokens * Integer.BYTES, arena);
        results = device.mirror((long) maximumTokens * encoder.width() * Float.BYTES, arena);
        binding = api.createIoBinding(session.handle(), out);
    }

    /**
     * Opens a session from the graph.
     *
     * @param capacity the longest text, up to {@link EncoderGraph#maximumPositions()}
     * @param maximumTokens how many tokens, padding included, fit into one run; at least {@code capacity}
     * @throws dev.windlass.onnx.ffi.OnnxException when ONNX Runtime finds fault with the graph
     */
    public static EncoderRunner open(
            OnnxRuntime runtime,
            EncoderGraph encoder,
            Device device,
            SessionOptions options,
            int capacity,
            int maximumTokens) {
        if (capacity < 1 || capacity > encoder.maximumPositions() || maximumTokens < capacity) {
            throw new IllegalArgumentException(
                    "expected a capacity of 1 to %d (the model's positions) and room for so many tokens, got %d and %d"
                            .formatted(encoder.maximumPositions(), capacity, maximumTokens));
        }
        Session session = runtime.open(encoder.graph(), device, options);
        try {
            for (Initializer initializer : encoder.graph().initializers()) {
                SystemMemory.release(initializer.data());
            }
            return new EncoderRunner(session, encoder, capacity, maximumTokens);
        } catch (RuntimeException | Error failure) {
            session.close();
            throw failure;
        }
    }

    @Override
    public int vocabularySize() {
        return encoder.vocabularySize();
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int width() {
        return encoder.width();
    }

    @Override
    public int maximumTokens() {
        return maximumTokens;
    }

    @Override
    public float[][] run(List<EncoderText> texts) {
        if (closed) {
            throw new IllegalStateException("the runner is closed");
        }
        int longest = 0;
        for (int i = 0; i < texts.size(); i++) {
            longest = Math.max(longest, texts.get(i).length());
        }
        if (longest == 0 || longest > capacity || (long) longest * texts.size() > maximumTokens) {
            throw new IllegalArgumentException(
                    "batch: expected texts of 1 to %d tokens, %d with padding, got %d texts of up to %d"
                            .formatted(capacity, maximumTokens, texts.size(), longest));
        }
        write(texts, longest);
        Device device = session.device();
        long count = (long) texts.size() * longest;
        device.upload(tokens, count * Long.BYTES);
        device.upload(lengths, (long) texts.size() * Integer.BYTES);
        bindInput(tokensName, tokens, ElementType.INT64, texts.size(), longest);
        bindInput(lengthsName, lengths, ElementType.INT32, texts.size());
        if (encoder.segments()) {
            device.upload(segments, count * Long.BYTES);
            bindInput(segmentsName, segments, ElementType.INT64, texts.size(), longest);
        }
        bindOutput(texts.size());
        api.runWithBinding(session.handle(), binding);
        return take(texts.size());
    }

    private void write(List<EncoderText> texts, int longest) {
        for (int row = 0; row < texts.size(); row++) {
            EncoderText text = texts.get(row);
            long first = (long) row * longest;
            for (int i = 0; i < longest; i++) {
                boolean padding = i >= text.length();
                tokens.host().setAtIndex(JAVA_LONG, first + i, padding ? 0 : text.tokens()[i]);
                segments.host().setAtIndex(JAVA_LONG, first + i, padding ? 0 : text.segments()[i]);
            }
            lengths.host().setAtIndex(JAVA_INT, row, text.length());
        }
    }

    private float[][] take(int rows) {
        session.device().download(results, 0, (long) rows * encoder.width() * Float.BYTES);
        float[][] taken = new float[rows][encoder.width()];
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(
                    results.host(),
                    JAVA_FLOAT,
                    (long) row * encoder.width() * Float.BYTES,
                    taken[row],
                    0,
                    encoder.width());
        }
        return taken;
    }

    private void bindInput(MemorySegment name, Mirror memory, ElementType type, long... sizes) {
        MemorySegment value = tensor(memory, type, sizes);
        try {
            api.bindInput(binding, name, value);
        } finally {
            api.releaseValue(value);
        }
    }

    private void bindOutput(int rows) {
        MemorySegment value = tensor(results, ElementType.FLOAT, rows, encoder.width());
        try {
            api.bindOutput(binding, resultName, value);
        } finally {
            api.releaseValue(value);
        }
    }

    private MemorySegment tensor(Mirror memory, ElementType type, long... sizes) {
        long bytes = type.bytes();
        for (int axis = 0; axis < sizes.length; axis++) {
            shape.setAtIndex(JAVA_LONG, axis, sizes[axis]);
            bytes *= sizes[axis];
        }
        return api.createTensor(
                session.device().memoryInfo(),
                memory.device().asSlice(0, bytes),
                shape.asSlice(0, (long) sizes.length * Long.BYTES),
                type.number(),
                out);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            api.releaseIoBinding(binding);
            session.close();
            arena.close();
        }
    }
}
