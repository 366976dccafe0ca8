package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;

/** Llama 1 to 3, and the many models published as such. */
final class Llama {
    private Llama() {}

    static DecoderSpec describe(ModelConfig config) {
        boolean attentionBias = config.keys().flag("attention_bias", false);
        return new Blueprint(config, config.rotary(10_000, 1))
                .biases(attentionBias, attentionBias, config.keys().flag("mlp_bias", false))
                .build();
    }
}
