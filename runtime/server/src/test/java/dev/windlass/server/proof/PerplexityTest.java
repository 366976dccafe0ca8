package dev.windlass.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.windlass.engine.GenerationEvent.PromptScored;
import dev.windlass.engine.GenerationEvent.TokenLogprobs;
import dev.windlass.engine.sample.SamplingParameters;
import dev.windlass.model.weight.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * What quantization costs, on text the model was not trained on: encoded as a whole, cut into windows of 512 tokens, and
 * every token of a window but its first counted.
 */
class PerplexityTest {
    private static final Path TEXT = Path.of("src/test/resources/demo/heldout.txt");
    private static final int WINDOW = 512;

    /** Of transformers in float32, by the same rule: hack/demo-model/evaluate.py. */
    private static final double REFERENCE = 1.5773;

    @Test
    void staysNearTheReferenceWhenQuantized() throws Exception {
        double exact = perplexity(Quantization.NONE);
        double eight = perplexity(Quantization.INT8);
        double four = perplexity(Quantization.INT4);
        System.out.printf(
                "perplexity: transformers %.4f, float32 %.4f (%+.3f %%), int8 %.4f (%+.3f %%), int4 %.4f (%+.3f %%)%n",
                REFERENCE,
                exact,
                100 * (exact / REFERENCE - 1),
                eight,
                100 * (eight / exact - 1),
                four,
                100 * (four / exact - 1));
        assertThat(exact).as("float32").isCloseTo(REFERENCE, withinPercentage(0.2));
        assertThat(eight).as("int8").isCloseTo(exact, withinPercentage(1));
        assertThat(four).as("int4").isCloseTo(exact, withinPercentage(5));
    }

    private static double perplexity(Quantization quantization) throws IOException, InterruptedException {
        double sum = 0;
        int count = 0;
        try (var model = new DemoModel(quantization)) {
            int[] all = model.tokenizer().encode(Files.readString(TEXT), true, true);
            for (int start = 0; start + 1 < all.length; start += WINDOW) {
                int[] window = Arrays.copyOfRange(all, start, Math.min(all.length, start + WINDOW));
                var request = DemoModel.request(window, SamplingParameters.GREEDY, 1, true, OptionalInt.of(0));
                var scored = (PromptScored)
                        DemoModel.await(model.engine().submit(request)).getFirst();
                assertThat(scored.tokens()).hasSameSizeAs(window);
                assertThat(scored.tokens().getFirst()).isNull();
                for (TokenLogprobs token : scored.tokens()) {
                    if (token != null) {
                        sum -= token.chosen().logprob();
                        count++;
                    }
                }
            }
        }
        return Math.exp(sum / count);
    }
}
