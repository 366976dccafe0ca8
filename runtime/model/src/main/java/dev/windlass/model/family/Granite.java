package dev.windlass.model.family;

import dev.windlass.model.config.ConfigNode;
import dev.windlass.model.config.ModelConfig;

/** Granite 3: Llama with a factor at every place that has room for one. */
final class Granite {
    private Granite() {}

    static DecoderSpec describe(ModelConfig config) {
        ConfigNode keys = config.keys();
        boolean attentionBias = keys.flag("attention_bias", false);
        return new Blueprint(config, config.rotary(10_000, 1))
                .biases(attentionBias, attentionBias, keys.flag("mlp_bias", false))
                .embeddingScale(factor(keys, "embedding_multiplier"))
                .residualScale(factor(keys, "residual_multiplier"))
                .scoreScale(factor(keys, "attention_multiplier"))
                .logitsScale(1 / factor(keys, "logits_scaling"))
                .build();
    }

    private static double factor(ConfigNode keys, String key) {
        return keys.number(key, 1e-6, 1e6, 1);
    }
}
