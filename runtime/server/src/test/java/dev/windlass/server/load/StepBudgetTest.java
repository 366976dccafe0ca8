package dev.windlass.server.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.model.config.ConfigNode;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.family.Families;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepBudgetTest {
    @ParameterizedTest(name = "hidden size {0}, MLP {1}, {2} layers on {3} threads: {4} tokens")
    @CsvSource({
        "192, 512, 6, 2, 512", // the demo
        "896, 4864, 24, 2, 128", // 0.5 B
        "896, 4864, 24, 16, 512",
        "4096, 11008, 32, 2, 64", // 7 B
        "4096, 11008, 32, 64, 320",
    })
    void aStepTakesAboutASecond(int hidden, int intermediate, int layers, int threads, int tokens) {
        assertThat(StepBudget.of(llama(hidden, intermediate, layers), threads)).isEqualTo(tokens);
    }

    private static DecoderSpec llama(int hidden, int intermediate, int layers) {
        ConfigNode config = ConfigNode.parse("config.json", """
                {"model_type": "llama", "vocab_size": 1000, "hidden_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "intermediate_size": %d, "max_position_embeddings": 2048,
                 "rms_norm_eps": 1e-5, "hidden_act": "silu"}""".formatted(hidden, layers, hidden / 64, intermediate));
        return Families.describe(ModelConfig.of(config, config));
    }
}
