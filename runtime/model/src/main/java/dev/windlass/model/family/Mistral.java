package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;

/** Mistral: Llama with a sliding window in all layers, in its first releases. */
final class Mistral {
    private Mistral() {}

    static DecoderSpec describe(ModelConfig config) {
        int window = config.window();
        return new Blueprint(config, config.rotary(10_000, 1))
                .window(layer -> window)
                .build();
    }
}
