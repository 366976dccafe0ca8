package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.Blueprint.HeadNorms;

/** Qwen 3: norms on each head's query and key. */
final class Qwen3 {
    private Qwen3() {}

    static DecoderSpec describe(ModelConfig config) {
        boolean attentionBias = config.keys().flag("attention_bias", false);
        return new Blueprint(config, config.rotary(10_000, 1))
                .biases(attentionBias, attentionBias, false)
                .headNorms(HeadNorms.EACH)
                .window(Qwen2.upperLayers(config))
                .build();
    }
}
