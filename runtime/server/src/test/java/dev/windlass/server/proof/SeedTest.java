package dev.windlass.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.engine.Generation;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.model.weight.Quantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a seed is good for: docs/determinism.md says what this measures. */
class SeedTest {
    private static final int REQUESTS = 48;
    private static final int OTHERS = 7;
    private static final int TOKENS = 48;
    /** Beside others logits may differ in their last bits, so a draw between equals may too: seldom, or something is wrong. */
    private static final int OFTEN_ENOUGH = 44;

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"NONE", "INT8"})
    void repeatsAnOutput(Quantization quantization) throws Exception {
        try (var model = new DemoModel(quantization)) {
            var questions = DemoServer.questions();
            var prompts = new ArrayList<int[]>();
            for (int i = 0; i < REQUESTS; i++) {
                prompts.add(model.prompt(questions.get(i * 4).question()));
            }
            for (float temperature : new float[] {0, 1}) {
                List<int[]> first = alone(model, prompts, temperature);
                List<int[]> second = alone(model, prompts, temperature);
                List<int[]> together = together(model, prompts, temperature);
                int again = agreeing(first, second);
                int beside = agreeing(first, together);
                System.out.printf(
                        "seeds, %s, temperature %.0f: the same again %d of %d, beside %d others %d of %d%n",
                        quantization, temperature, again, REQUESTS, OTHERS, beside, REQUESTS);
                assertThat(again).as("the same again").isEqualTo(REQUESTS);
                assertThat(beside).as("the same beside others").isGreaterThanOrEqualTo(OFTEN_ENOUGH);
            }
        }
    }

    private static List<int[]> alone(DemoModel model, List<int[]> prompts, float temperature)
            throws InterruptedException {
        var outputs = new ArrayList<int[]>();
        for (int i = 0; i < prompts.size(); i++) {
            outputs.add(DemoModel.tokens(DemoModel.await(submit(model, prompts.get(i), i, temperature))));
        }
        return outputs;
    }

    private static List<int[]> together(DemoModel model, List<int[]> prompts, float temperature)
            throws InterruptedException {
        var outputs = new ArrayList<int[]>();
        for (int start = 0; start < prompts.size(); start += OTHERS + 1) {
            var running = new ArrayList<Generation>();
            for (int i = start; i <= start + OTHERS; i++) {
                running.add(submit(model, prompts.get(i), i, temperature));
            }
            for (var generation : running) {
                outputs.add(DemoModel.tokens(DemoModel.await(generation)));
            }
        }
        return outputs;
    }

    private static Generation submit(DemoModel model, int[] prompt, int seed, float temperature) {
        SamplingParameters sampling = DemoModel.seeded(seed, temperature);
        return model.engine().submit(DemoModel.request(prompt, sampling, TOKENS, true, OptionalInt.empty()));
    }

    private static int agreeing(List<int[]> left, List<int[]> right) {
        int agreeing = 0;
        for (int i = 0; i < left.size(); i++) {
            agreeing += Arrays.equals(left.get(i), right.get(i)) ? 1 : 0;
        }
        return agreeing;
    }
}
