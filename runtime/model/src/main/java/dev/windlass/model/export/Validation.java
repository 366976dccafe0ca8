package dev.windlass.model.export;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.run.Span;
import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.graph.DecoderGraphBuilder;
import dev.windlass.model.weight.WeightStore;
import dev.windlass.onnx.DecoderRunner;
import dev.windlass.onnx.Device;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.onnx.Session;
import dev.windlass.onnx.SessionOptions;
import dev.windlass.onnx.Tensor;
import dev.windlass.onnx.graph.ValueInfo;
import dev.windlass.onnx.graph.ValueInfo.Dimension;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;

/** Runs both flavours of a model on the same tokens, a prompt and then one at a time, and compares. */
public final class Validation {
    private static final int PROMPT = 48;
    private static final int STEPS = 32;

    private final DecoderSpec spec;
    private final int[] tokens;

    /** @param maximumPositions bounds the tokens compared */
    public Validation(DecoderSpec spec, int maximumPositions) {
        this.spec = spec;
        int count = Math.min(PROMPT + STEPS, maximumPositions);
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        this.tokens = random.ints(count, 0, spec.vocabularySize()).toArray();
    }

    /**
     * How the two flavours compare.
     *
     * @param largestDifference between any two logits of the same token
     * @param fusedNanos a decoding step's median
     * @param portableNanos likewise
     */
    public record Result(int tokens, double largestDifference, long fusedNanos, long portableNanos) {
        /** How many times faster the fused graph decodes. */
        public double speedUp() {
            return (double) portableNanos / fusedNanos;
        }
    }

    /** Compares the file with the fused graph of the same float32 weights. */
    public Result run(OnnxRuntime runtime, WeightStore weights, Path file) {
        try (Device device = runtime.cpu();
                Arena constants = Arena.ofShared()) {
            Run fused;
            var graph = new DecoderGraphBuilder(spec, weights, constants).fused(device.computeType(), tokens.length);
            try (var runner = DecoderRunner.open(runtime, graph, device, SessionOptions.defaults(), 1, tokens.length)) {
                fused = fused(runner);
            }
            Run portable;
            try (var session = runtime.open(file, device, SessionOptions.defaults())) {
                portable = portable(session);
            }
            return new Result(tokens.length, fused.difference(portable), fused.median(), portable.median());
        }
    }

    /** Logits of the prompt's last token and of every token after it, and how long each of those steps took. */
    private record Run(float[][] logits, long[] nanos) {
        double difference(Run other) {
            double largest = 0;
            for (int step = 0; step < logits.length; step++) {
                for (int i = 0; i < logits[step].length; i++) {
                    largest = Math.max(largest, Math.abs(logits[step][i] - other.logits[step][i]));
                }
            }
            return largest;
        }

        long median() {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }

    private int prompt() {
        return Math.max(1, tokens.length - STEPS);
    }

    private Run fused(ModelRunner runner) {
        var run = new Run(new float[tokens.length - prompt() + 1][], new long[tokens.length - prompt() + 1]);
        int done = 0;
        for (int step = 0; step < run.logits.length; step++) {
            int count = step == 0 ? prompt() : 1;
            long start = System.nanoTime();
            var logits = runner.run(new Batch(List.of(new Span(0, done, tokens, count, 1)), new int[] {done}));
            run.nanos[step] = System.nanoTime() - start;
            run.logits[step] = logits.row(0).toArray(ValueLayout.JAVA_FLOAT);
            done += count;
        }
        return run;
    }

    private Run portable(Session session) {
        var run = new Run(new float[tokens.length - prompt() + 1][], new long[tokens.length - prompt() + 1]);
        Map<String, Tensor> past = emptyPast(session);
        int done = 0;
        for (int step = 0; step < run.logits.length; step++) {
            int count = step == 0 ? prompt() : 1;
            var feeds = new LinkedHashMap<>(past);
            feeds.put("input_ids", row(done, count, i -> tokens[i]));
            feeds.put("position_ids", row(done, count, i -> i));
            feeds.put("attention_mask", row(0, done + count, _ -> 1));
            feeds.keySet()
                    .retainAll(session.inputs().stream().map(ValueInfo::name).toList());
            long start = System.nanoTime();
            Map<String, Tensor> results = session.run(feeds);
            run.nanos[step] = System.nanoTime() - start;
            float[] all = result(results, "logits").floats();
            run.logits[step] = Arrays.copyOfRange(all, all.length - spec.vocabularySize(), all.length);
            past.replaceAll((name, _) -> result(results, name.replace("past_key_values", "present")));
            done += count;
        }
        return run;
    }

    private static Map<String, Tensor> emptyPast(Session session) {
        var past = new LinkedHashMap<String, Tensor>();
        for (ValueInfo input : session.inputs()) {
            if (input.name().startsWith("past_key_values.")) {
                long heads = fixed(input, 1);
                long size = fixed(input, 3);
                past.put(input.name(), Tensor.ofFloats(List.of(1L, heads, 0L, size)));
            }
        }
        return past;
    }

    private static long fixed(ValueInfo input, int axis) {
        return switch (input.shape().get(axis)) {
            case Dimension.Fixed(long size) -> size;
            case Dimension.Symbolic(String name) ->
                throw new IllegalArgumentException(
                        "%s: expected a fixed size on axis %d, found %s".formatted(input.name(), axis, name));
        };
    }

    private static Tensor result(Map<String, Tensor> results, String name) {
        Tensor tensor = results.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the file has no output " + name);
        }
        return tensor;
    }

    @FunctionalInterface
    private interface Value {
        long at(int position);
    }

    private static Tensor row(int from, int count, Value value) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = value.at(from + i);
        }
        return Tensor.ofLongs(List.of(1L, (long) count), values);
    }
}
