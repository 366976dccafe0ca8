package dev.windlass.model.family;

import dev.windlass.model.config.ConfigNode;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.config.Rotary;
import dev.windlass.model.family.Blueprint.NormPlaces;
import java.util.List;
import java.util.Optional;

/** Gemma 2: norms around attention and MLP, a window in every other layer, bounded scores and logits. */
final class Gemma2 {
    private Gemma2() {}

    static DecoderSpec describe(ModelConfig config) {
        int window = config.window();
        Optional<List<Boolean>> sliding = config.slidingLayers();
        return gemma(config, config.rotary(10_000, 1))
                .window(layer ->
                        sliding.isPresent() ? (sliding.get().get(layer) ? window : 0) : layer % 2 == 0 ? window : 0)
                .build();
    }

    /** What Gemma 2 and 3 share. */
    static Blueprint gemma(ModelConfig config, Rotary rotary) {
        ConfigNode keys = config.keys();
        boolean bias = keys.flag("attention_bias", false);
        return new Blueprint(config, rotary)
                .tied(config.tied(true))
                .biases(bias, bias, false)
                .norms(NormPlaces.AROUND)
                .normOffset(1)
                .embeddingScale(Math.sqrt(config.hiddenSize()))
                .scoreScale(1 / Math.sqrt(keys.number("query_pre_attn_scalar", 1e-6, 1e6, 256)))
                .softcaps(
                        keys.number("attn_logit_softcapping", 0, 1e6, 0),
                        keys.number("final_logit_softcapping", 0, 1e6, 0));
    }
}
