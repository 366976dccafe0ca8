package dev.windlass.onnx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.windlass.onnx.DecoderGraph.CacheLayer;
import dev.windlass.onnx.ffi.OrtApi;
import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Everything a decoder's graph reads and writes, bound for one run of consecutive slots. Caches are bound once, with
 * past and present at one address so that attention appends in place; what depends on a step's size is bound again only
 * when that changes. ONNX Runtime's binding shares the tensors, so their handles are released as soon as they are bound.
 */
final class DecoderBinding implements AutoCloseable {
    private final OrtApi api;
    private final Session session;
    private final DecoderGraph decoder;
    private final StepInputs inputs;
    private final Names names;
    private final int slots;
    private final MemorySegment binding;
    private final MemorySegment shape;
    private final SegmentAllocator out;
    private int boundTokens = -1;
    private int boundRows = -1;
    private long boundLogits = -1;

    DecoderBinding(
            Session session,
            DecoderGraph decoder,
            KeyValueCache cache,
            StepInputs inputs,
            Names names,
            int firstSlot,
            int slots,
            Arena arena) {
        this.api = session.api();
        this.session = session;
        this.decoder = decoder;
        this.inputs = inputs;
        this.names = names;
        this.slots = slots;
        this.shape = arena.allocate(JAVA_LONG, 4);
        this.out = SegmentAllocator.prefixAllocator(arena.allocate(ADDRESS));
        this.binding = api.createIoBinding(session.handle(), out);
        try {
            bindInput(names.lengths, inputs.lengths.device(), ElementType.INT32, slots);
            bindTotalLength();
            for (int layer = 0; layer < cache.layers(); layer++) {
                bindCache(cache, layer, firstSlot);
            }
        } catch (RuntimeException | Error failure) {
            api.releaseIoBinding(binding);
            throw failure;
        }
    }

    private void bindTotalLength() {
        MemorySegment hostMemory = api.createCpuMemoryInfo(out);
        try {
            shape.setAtIndex(JAVA_LONG, 0, 1);
            MemorySegment value = api.createTensor(
                    hostMemory, inputs.totalLength, shape.asSlice(0, Long.BYTES), ElementType.INT32.number(), out);
            bindInput(names.totalLength, value);
        } finally {
            api.releaseMemoryInfo(hostMemory);
        }
    }

    private void bindCache(KeyValueCache cache, int layer, int firstSlot) {
        CacheLayer size = cache.shape(layer);
        MemorySegment keys = cache.keys(layer, firstSlot, slots);
        MemorySegment values = cache.values(layer, firstSlot, slots);
        ElementType type = decoder.cacheType();
        bindInput(names.pastKeys[layer], keys, type, slots, size.heads(), cache.length(), size.headSize());
        bindInput(names.pastValues[layer], values, type, slots, size.heads(), cache.length(), size.headSize());
        bindOutput(names.presentKeys[layer], keys, type, slots, size.heads(), cache.length(), size.headSize());
        bindOutput(names.presentValues[layer], values, type, slots, size.heads(), cache.length(), size.headSize());
    }

    /**
     * Runs the graph on what the inputs hold.
     *
     * @param tokens a row
     * @param logits device memory for {@code rows} rows of logits
     */
    void run(int tokens, int rows, MemorySegment logits) {
        if (tokens != boundTokens) {
            boundTokens = -1;
            bindInput(names.tokens, inputs.tokens.device(), ElementType.INT64, slots, tokens);
            if (decoder.positionIds()) {
                bindInput(names.positions, inputs.positions.device(), ElementType.INT64, slots, tokens);
            }
            boundTokens = tokens;
        }
        if (rows != boundRows || logits.address() != boundLogits) {
            boundRows = -1;
            bindInput(names.logitsRows, inputs.logitsRows.device(), ElementType.INT64, rows, 2);
            bindOutput(names.logits, logits, ElementType.FLOAT, rows, decoder.vocabularySize());
            boundRows = rows;
            boundLogits = logits.address();
        }
        api.runWithBinding(session.handle(), binding);
    }

    private void bindInput(MemorySegment name, MemorySegment memory, ElementType type, long... sizes) {
        bindInput(name, tensor(memory, type, sizes));
    }

    private void bindInput(MemorySegment name, MemorySegment value) {
        try {
            api.bindInput(binding, name, value);
        } finally {
            api.releaseValue(value);
        }
    }

    private void bindOutput(MemorySegment name, MemorySegment memory, ElementType type, long... sizes) {
        MemorySegment value = tensor(memory, type, sizes);
        try {
            api.bindOutput(binding, name, value);
        } finally {
            api.releaseValue(value);
        }
    }

    private MemorySegment tensor(MemorySegment memory, ElementType type, long... sizes) {
        long bytes = type.bytes();
        for (int axis = 0; axis < sizes.length; axis++) {
            shape.setAtIndex(JAVA_LONG, axis, sizes[axis]);
            bytes *= sizes[axis];
        }
        return api.createTensor(
                session.device().memoryInfo(),
                memory.asSlice(0, bytes),
                shape.asSlice(0, (long) sizes.length * Long.BYTES),
                type.number(),
                out);
    }

    @Override
    public void close() {
        api.releaseIoBinding(binding);
    }

    /** The names of {@link DecoderGraph}'s inputs and outputs as C strings. */
    static final class Names {
        final MemorySegment tokens;
        final MemorySegment positions;
        final MemorySegment lengths;
        final MemorySegment totalLength;
        final MemorySegment logitsRows;
        final MemorySegment logits;
        final MemorySegment[] pastKeys;
        final MemorySegment[] pastValues;
        final MemorySegment[] presentKeys;
        final MemorySegment[] presentValues;

        Names(int layers, Arena arena) {
            tokens = arena.allocateFrom("input_ids");
            positions = arena.allocateFrom("position_ids");
            lengths = arena.allocateFrom("seqlens_k");
            totalLength = arena.allocateFrom("total_sequence_length");
            logitsRows = arena.allocateFrom("logits_rows");
            logits = arena.allocateFrom("logits");
            pastKeys = numbered("past_key.", layers, arena);
            pastValues = numbered("past_value.", layers, arena);
            presentKeys = numbered("present_key.", layers, arena);
            presentValues = numbered("present_value.", layers, arena);
        }

        private static MemorySegment[] numbered(String prefix, int count, Arena arena) {
            var names = new MemorySegment[count];
            for (int i = 0; i < count; i++) {
                names[i] = arena.allocateFrom(prefix + i);
            }
            return names;
        }
    }
}
