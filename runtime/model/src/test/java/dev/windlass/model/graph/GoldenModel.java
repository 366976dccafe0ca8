package dev.windlass.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.Span;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.family.Families;
import dev.windlass.model.safetensors.SafetensorsCheckpoint;
import dev.windlass.onnx.DecoderRunner;
import dev.windlass.onnx.Device;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.onnx.SessionOptions;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Graph;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A golden case's model, opened from its files. */
final class GoldenModel implements AutoCloseable {
    static final int POSITIONS = 136;
    static final SessionOptions OPTIONS = SessionOptions.defaults().withThreads(1);

    private final GoldenCase golden;
    private final Arena arena = Arena.ofShared();
    private final SafetensorsCheckpoint checkpoint;
    private final DecoderGraphBuilder builder;

    GoldenModel(GoldenCase golden) throws IOException {
        this.golden = golden;
        checkpoint = SafetensorsCheckpoint.open(golden.folder());
        DecoderSpec spec = Families.describe(ModelConfig.read(golden.folder()));
        builder = new DecoderGraphBuilder(spec, new FloatWeights(spec.weights(checkpoint), arena), arena);
    }

    DecoderRunner runner(OnnxRuntime runtime, Device device, int slots) {
        return DecoderRunner.open(
                runtime, builder.fused(ElementType.FLOAT, POSITIONS), device, OPTIONS, slots, POSITIONS);
    }

    Graph portable() {
        return builder.portable(POSITIONS);
    }

    /** Computes a prompt in one slot, so many tokens at a time, and returns the logits of all its tokens. */
    static float[] prefill(DecoderRunner runner, int slot, int[] tokens, int chunk) {
        int[] lengths = new int[runner.slots()];
        float[] all = new float[tokens.length * runner.vocabularySize()];
        for (int start = 0; start < tokens.length; start += chunk) {
            int count = Math.min(chunk, tokens.length - start);
            lengths[slot] = start;
            Logits logits = runner.run(new Batch(List.of(new Span(slot, start, tokens, count, count)), lengths));
            MemorySegment.copy(
                    logits.values(),
                    ValueLayout.JAVA_FLOAT,
                    0,
                    all,
                    start * runner.vocabularySize(),
                    count * runner.vocabularySize());
        }
        return all;
    }

    /** Continues all prompts together, each in a slot of its own, by the most likely tokens. */
    static List<int[]> generate(DecoderRunner runner, List<int[]> prompts, int count) {
        List<int[]> sequences = new ArrayList<>();
        int[] lengths = new int[runner.slots()];
        int[] next = new int[prompts.size()];
        for (int slot = 0; slot < prompts.size(); slot++) {
            int[] prompt = prompts.get(slot);
            next[slot] = firstAfter(runner, slot, prompt);
            int[] sequence = Arrays.copyOf(prompt, prompt.length + count);
            sequences.add(sequence);
            lengths[slot] = prompt.length;
        }
        for (int step = 0; step < count; step++) {
            List<Span> spans = new ArrayList<>();
            for (int slot = 0; slot < prompts.size(); slot++) {
                sequences.get(slot)[lengths[slot]] = next[slot];
                spans.add(new Span(slot, lengths[slot], sequences.get(slot), 1, 1));
            }
            Logits logits = runner.run(new Batch(spans, lengths));
            for (int slot = 0; slot < prompts.size(); slot++) {
                next[slot] = best(logits.values(), slot, runner.vocabularySize());
                lengths[slot]++;
            }
        }
        return sequences;
    }

    /** Computes a prompt in chunks of which only the last asks for logits. */
    private static int firstAfter(DecoderRunner runner, int slot, int[] prompt) {
        int[] lengths = new int[runner.slots()];
        int half = prompt.length / 2;
        runner.run(new Batch(List.of(new Span(slot, 0, prompt, half, 0)), lengths));
        lengths[slot] = half;
        Logits logits = runner.run(new Batch(List.of(new Span(slot, half, prompt, prompt.length - half, 1)), lengths));
        return best(logits.values(), 0, runner.vocabularySize());
    }

    private static int best(MemorySegment rows, int row, int vocabulary) {
        int best = 0;
        for (int i = 1; i < vocabulary; i++) {
            long base = (long) row * vocabulary;
            if (rows.getAtIndex(ValueLayout.JAVA_FLOAT, base + i)
                    > rows.getAtIndex(ValueLayout.JAVA_FLOAT, base + best)) {
                best = i;
            }
        }
        return best;
    }

    static void assertClose(float[] found, float[] expected, String what) {
        assertThat(found).as(what).hasSameSizeAs(expected);
        int worst = 0;
        for (int i = 1; i < found.length; i++) {
            if (!(Math.abs(found[i] - expected[i]) <= Math.abs(found[worst] - expected[worst]))) {
                worst = i;
            }
        }
        assertThat(found[worst])
                .as("%s: the logit furthest off, number %d", what, worst)
                .isCloseTo(expected[worst], offset(1e-3f));
    }

    @Override
    public void close() {
        checkpoint.close();
        arena.close();
    }

    @Override
    public String toString() {
        return golden.toString();
    }
}
