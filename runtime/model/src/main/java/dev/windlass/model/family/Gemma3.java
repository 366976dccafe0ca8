package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.config.Rotary;
import dev.windlass.model.family.Blueprint.HeadNorms;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Gemma 3, the text part: norms on queries and keys; most layers have a window and a rotary base of their own. */
final class Gemma3 {
    private Gemma3() {}

    static DecoderSpec describe(ModelConfig config) {
        if (config.keys().flag("use_bidirectional_attention", false)) {
            throw config.keys().unusable("use_bidirectional_attention", "false: only causal attention can be served");
        }
        int pattern = config.keys().integer("sliding_window_pattern", 1, 1024, 6);
        Optional<List<Boolean>> listed = config.slidingLayers();
        IntPredicate isSliding = layer -> listed.isPresent() ? listed.get().get(layer) : (layer + 1) % pattern != 0;
        int window = config.window();
        Rotary global = config.rotary("full_attention", "rope_theta", true, 1_000_000);
        Rotary local = config.rotary("sliding_attention", "rope_local_base_freq", false, 10_000);
        return Gemma2.gemma(config, global)
                .headNorms(HeadNorms.EACH)
                .rotary(layer -> isSliding.test(layer) ? local : global)
                .window(layer -> isSliding.test(layer) ? window : 0)
                .build();
    }
}
