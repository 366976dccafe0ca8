package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Qwen 2 and 2.5: biases on queries, keys and values; a sliding window in the upper layers, if asked for. */
final class Qwen2 {
    private Qwen2() {}

    static DecoderSpec describe(ModelConfig config) {
        return new Blueprint(config, config.rotary(10_000, 1))
                .biases(true, false, false)
                .window(upperLayers(config))
                .build();
    }

    /** The window of each layer as Qwen's files give it. */
    static IntUnaryOperator upperLayers(ModelConfig config) {
        if (!config.keys().flag("use_sliding_window", false)) {
            return layer -> 0;
        }
        int window = config.window();
        Optional<List<Boolean>> sliding = config.slidingLayers();
        if (sliding.isPresent()) {
            return layer -> sliding.get().get(layer) ? window : 0;
        }
        int first = config.keys().integer("max_window_layers", 0, 1 << 16, 28);
        return layer -> layer >= first ? window : 0;
    }
}
