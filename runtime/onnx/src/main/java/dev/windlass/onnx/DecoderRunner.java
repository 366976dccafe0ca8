package dev.windlass.onnx;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.run.Span;
import dev.windlass.onnx.ffi.SystemMemory;
import dev.windlass.onnx.graph.Initializer;
import dev.windlass.onnx.graph.Node;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link DecoderGraph} on a device. Opening it may take seconds, since ONNX Runtime packs the weights; a step
 * allocates nothing but a few small handles where its size differs from the one before. It may be opened on one thread
 * and used on another, but never on two at once.
 */
public final class DecoderRunner implements ModelRunner {
    private static final int COSINES = 7;

    private final DecoderGraph decoder;
    private final int slots;
    private final int capacity;
    private final Arena arena = Arena.ofShared();
    private final Session session;
    private final KeyValueCache cache;
    private final StepInputs inputs;
    private final DecoderBinding.Names names;

    /** By first slot and number of slots less one; opened when first needed. */
    private final @Nullable DecoderBinding[][] bindings;

    private LogitsBuffer logits;
    private boolean closed;

    private DecoderRunner(Session session, DecoderGraph decoder, int slots, int capacity) {
        Device device = session.device();
        this.decoder = decoder;
        this.slots = slots;
        this.capacity = capacity;
        this.session = session;
        cache = new KeyValueCache(decoder, device, slots, capacity, arena);
        inputs = new StepInputs(decoder, device, slots, capacity, arena);
        logits = new LogitsBuffer(device, decoder.vocabularySize(), 2 * slots);
        names = new DecoderBinding.Names(cache.layers(), arena);
        bindings = new DecoderBinding[slots][slots];
    }

    /**
     * Opens a session from the graph and allocates its cache, which takes memory only as slots fill.
     *
     * @param slots how many sequences fit at once, at least 1
     * @param capacity how many positions each slot holds, up to {@link DecoderGraph#maximumPositions()}
     * @throws dev.windlass.onnx.ffi.OnnxException when ONNX Runtime finds fault with the graph
     */
    public static DecoderRunner open(
            OnnxRuntime runtime, DecoderGraph decoder, Device device, SessionOptions options, int slots, int capacity) {
        if (slots < 1) {
            throw new IllegalArgumentException("slots: expected at least 1, got " + slots);
        }
        if (capacity < 1 || capacity > decoder.maximumPositions()) {
            throw new IllegalArgumentException("capacity: expected 1 to %d (the model's positions), got %d"
                    .formatted(decoder.maximumPositions(), capacity));
        }
        requireSparePosition(decoder, capacity);
        Session session = runtime.open(decoder.graph(), device, options);
        try {
            // The session has its own copies of what it packed; what it reads in place comes back when touched.
            for (Initializer initializer : decoder.graph().initializers()) {
                SystemMemory.release(initializer.data());
            }
            return new DecoderRunner(session, decoder, slots, capacity);
        } catch (RuntimeException | Error failure) {
            session.close();
            throw failure;
        }
    }

    /** An idle row whose slot is full computes the position behind it, so rotary tables must reach that far. */
    private static void requireSparePosition(DecoderGraph decoder, int capacity) {
        for (Node node : decoder.graph().nodes()) {
            if (node.operator().equals("GroupQueryAttention") && node.inputs().size() > COSINES) {
                String table = node.inputs().get(COSINES);
                for (Initializer initializer : decoder.graph().initializers()) {
                    if (initializer.name().equals(table) && initializer.shape().getFirst() <= capacity) {
                        throw new IllegalArgumentException(
                                "%s: expected a rotary table of more than %d rows (the capacity), got %d"
                                        .formatted(
                                                table,
                                                capacity,
                                                initializer.shape().getFirst()));
                    }
                }
            }
        }
    }

    @Override
    public int vocabularySize() {
        return decoder.vocabularySize();
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public Logits run(Batch batch) {
        requireOpen();
        check(batch);
        StepPlan plan = StepPlan.of(batch);
        // Behind the result, room for rows that a run computes in another order than the batch's.
        logits = logits.atLeast(plan.rows() + slots);
        for (int i = 0; i < plan.runs().size(); i++) {
            run(plan.runs().get(i), batch.lengths(), plan.rows());
        }
        return logits.take(plan.rows());
    }

    private void run(StepPlan.Run run, int[] lengths, int resultRows) {
        inputs.write(run, lengths);
        int rows = run.rows();
        boolean inPlace = run.isContiguous();
        int first = inPlace ? run.spans().getFirst().row() : resultRows;
        binding(run.firstSlot(), run.slots()).run(run.tokens(), rows, logits.rows(first, rows));
        if (!inPlace) {
            int source = first;
            for (StepPlan.Placed placed : run.spans()) {
                if (placed.span().logits() > 0) {
                    logits.copyRow(source++, placed.row());
                }
            }
        }
    }

    private DecoderBinding binding(int firstSlot, int count) {
        DecoderBinding binding = bindings[firstSlot][count - 1];
        if (binding == null) {
            binding = new DecoderBinding(session, decoder, cache, inputs, names, firstSlot, count, arena);
            bindings[firstSlot][count - 1] = binding;
        }
        return binding;
    }

    private void check(Batch batch) {
        if (batch.lengths().length != slots) {
            throw new IllegalArgumentException(
                    "batch: expected a length for each of %d slots, got %d".formatted(slots, batch.lengths().length));
        }
        List<Span> spans = batch.spans();
        for (int i = 0; i < spans.size(); i++) {
            Span span = spans.get(i);
            if (span.slot() >= slots || span.start() + span.count() > capacity) {
                throw new IllegalArgumentException(
                        "span: expected a slot below %d and positions up to %d, got slot %d, positions %d to %d"
                                .formatted(
                                        slots, capacity, span.slot(), span.start(), span.start() + span.count() - 1));
            }
        }
    }

    @Override
    public void copy(int sourceSlot, int targetSlot, int length) {
        requireOpen();
        if (length < 0 || length > capacity) {
            throw new IllegalArgumentException("length: expected 0 to %d, got %d".formatted(capacity, length));
        }
        if (sourceSlot != targetSlot) {
            cache.copy(sourceSlot, targetSlot, length);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the runner is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (DecoderBinding[] row : bindings) {
            for (DecoderBinding binding : row) {
                if (binding != null) {
                    binding.close();
                }
            }
        }
        session.close();
        logits.close();
        arena.close();
    }
}
