package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.Blueprint.HeadNorms;
import dev.windlass.model.family.Blueprint.NormPlaces;

/** OLMo 2: norms after attention and MLP, and on all queries and all keys at once. */
final class Olmo2 {
    private Olmo2() {}

    static DecoderSpec describe(ModelConfig config) {
        boolean attentionBias = config.keys().flag("attention_bias", false);
        return new Blueprint(config, config.rotary(10_000, 1))
                .biases(attentionBias, attentionBias, false)
                .norms(NormPlaces.AFTER)
                .headNorms(HeadNorms.ALL)
                .build();
    }
}
