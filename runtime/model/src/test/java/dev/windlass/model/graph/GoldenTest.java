package dev.windlass.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.model.graph.GoldenCase.Prompt;
import dev.windlass.onnx.DecoderRunner;
import dev.windlass.onnx.Device;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.onnx.Session;
import dev.windlass.onnx.Tensor;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.ValueInfo;
import dev.windlass.onnx.graph.ValueInfo.Dimension;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family against what transformers computes. */
class GoldenTest {
    private static OnnxRuntime runtime;
    private static Device device;

    @BeforeAll
    static void open() {
        runtime = OnnxRuntime.open();
        device = runtime.cpu();
    }

    @AfterAll
    static void close() {
        device.close();
        runtime.close();
    }

    static List<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void computesWholePrompts(GoldenCase golden) throws IOException {
        try (var model = new GoldenModel(golden);
                DecoderRunner runner = model.runner(runtime, device, 1)) {
            for (Prompt prompt : golden.prompts()) {
                float[] logits = GoldenModel.prefill(runner, 0, prompt.tokens(), prompt.tokens().length);
                GoldenModel.assertClose(logits, prompt.logits(), "whole prompt");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void computesPromptsInChunks(GoldenCase golden) throws IOException {
        try (var model = new GoldenModel(golden);
                DecoderRunner runner = model.runner(runtime, device, 2)) {
            for (Prompt prompt : golden.prompts()) {
                float[] logits = GoldenModel.prefill(runner, 1, prompt.tokens(), 19);
                GoldenModel.assertClose(logits, prompt.logits(), "prompt in chunks of 19");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void continuesPromptsOfSeveralLengthsTogether(GoldenCase golden) throws IOException {
        try (var model = new GoldenModel(golden);
                DecoderRunner runner = model.runner(runtime, device, 3)) {
            List<int[]> prompts = new ArrayList<>();
            golden.prompts().forEach(prompt -> prompts.add(prompt.tokens()));
            prompts.add(Arrays.copyOf(golden.prompts().getLast().tokens(), 41));
            int count = golden.prompts().getFirst().greedy().length;
            List<int[]> sequences = GoldenModel.generate(runner, prompts, count);
            for (int i = 0; i < golden.prompts().size(); i++) {
                Prompt prompt = golden.prompts().get(i);
                int from = prompt.tokens().length;
                assertThat(Arrays.copyOfRange(sequences.get(i), from, from + count))
                        .as("continuation of prompt %d", i)
                        .isEqualTo(prompt.greedy());
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void computesTheSameInStandardOperators(GoldenCase golden) throws IOException {
        try (var model = new GoldenModel(golden)) {
            var graph = model.portable();
            assertThat(graph.opsets()).containsOnlyKeys("");
            try (Session session = runtime.open(graph, device, GoldenModel.OPTIONS)) {
                for (Prompt prompt : golden.prompts()) {
                    assertStandardOperatorsAgree(session, prompt);
                }
            }
        }
    }

    /** Computes the prompt in two steps, in a batch of two rows of which the second starts with padding. */
    private static void assertStandardOperatorsAgree(Session session, Prompt prompt) {
        int padding = 3;
        int length = prompt.tokens().length;
        int first = length / 2;
        Map<String, Tensor> past = new HashMap<>();
        for (ValueInfo input : session.inputs()) {
            if (input.name().startsWith("past_key_values")) {
                long heads = ((Dimension.Fixed) input.shape().get(1)).size();
                long size = ((Dimension.Fixed) input.shape().get(3)).size();
                past.put(
                        input.name(),
                        new Tensor(
                                ElementType.FLOAT,
                                List.of(2L, heads, 0L, size),
                                Arena.ofAuto().allocate(0, 8)));
            }
        }
        float[] found = new float[prompt.logits().length];
        float[] padded = new float[prompt.logits().length];
        int vocabulary = found.length / length;
        for (int start : new int[] {0, first}) {
            int count = start == 0 ? first : length - first;
            long[] tokens = new long[2 * count];
            long[] positions = new long[2 * count];
            long[] mask = new long[2 * (start + count)];
            for (int row = 0; row < 2; row++) {
                int shift = row * padding;
                for (int i = 0; i < count; i++) {
                    int position = start + i - shift;
                    tokens[row * count + i] = position < 0 ? 0 : prompt.tokens()[position];
                    positions[row * count + i] = Math.max(position, 0);
                }
                for (int i = 0; i < start + count; i++) {
                    mask[row * (start + count) + i] = i < shift ? 0 : 1;
                }
            }
            Map<String, Tensor> feeds = new HashMap<>(past);
            feeds.put("input_ids", Tensor.ofLongs(List.of(2L, (long) count), tokens));
            feeds.put("attention_mask", Tensor.ofLongs(List.of(2L, (long) start + count), mask));
            if (session.inputs().stream().anyMatch(input -> input.name().equals("position_ids"))) {
                feeds.put("position_ids", Tensor.ofLongs(List.of(2L, (long) count), positions));
            }
            Map<String, Tensor> results = session.run(feeds);
            past.replaceAll(
                    (name, _) -> Objects.requireNonNull(results.get(name.replace("past_key_values", "present"))));
            float[] logits = Objects.requireNonNull(results.get("logits")).floats();
            System.arraycopy(logits, 0, found, start * vocabulary, count * vocabulary);
            int skipped = Math.max(0, padding - start);
            System.arraycopy(
                    logits,
                    (count + skipped) * vocabulary,
                    padded,
                    (start + skipped - padding) * vocabulary,
                    (count - skipped) * vocabulary);
        }
        GoldenModel.assertClose(found, prompt.logits(), "standard operators");
        int compared = (length - padding) * vocabulary;
        GoldenModel.assertClose(
                Arrays.copyOf(padded, compared),
                Arrays.copyOf(prompt.logits(), compared),
                "standard operators behind padding");
    }
}
