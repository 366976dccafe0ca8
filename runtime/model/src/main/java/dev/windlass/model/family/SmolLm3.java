package dev.windlass.model.family;

import dev.windlass.model.config.ConfigNode;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.config.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** SmolLM 3: Llama with every fourth layer free of rotary positions. */
final class SmolLm3 {
    private SmolLm3() {}

    static DecoderSpec describe(ModelConfig config) {
        ConfigNode keys = config.keys();
        boolean attentionBias = keys.flag("attention_bias", false);
        IntPredicate isRotary = rotaryLayers(config);
        int window = keys.flag("use_sliding_window", false) ? config.window() : 0;
        Optional<List<Boolean>> sliding = config.slidingLayers();
        Rotary rotary = config.rotary(2_000_000, 1);
        return new Blueprint(config, rotary)
                .tied(config.tied(true))
                .biases(attentionBias, attentionBias, keys.flag("mlp_bias", false))
                .rotary(layer -> isRotary.test(layer) ? rotary : null)
                .window(layer -> (sliding.isPresent() ? sliding.get().get(layer) : !isRotary.test(layer)) ? window : 0)
                .build();
    }

    /** The key lists the layers that do have rotary positions, whatever its name. */
    private static IntPredicate rotaryLayers(ModelConfig config) {
        if (!config.keys().has("no_rope_layers")) {
            int interval = config.keys().integer("no_rope_layer_interval", 1, 1024, 4);
            return layer -> (layer + 1) % interval != 0;
        }
        List<Integer> layers = config.keys().integers("no_rope_layers", 0, 1);
        if (layers.size() < config.layers()) {
            throw config.keys().unusable("no_rope_layers", "0 or 1 for each of %d layers".formatted(config.layers()));
        }
        return layer -> layers.get(layer) == 1;
    }
}
