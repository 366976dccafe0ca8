package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;

/** Phi 3, 3.5 and 4 (mini): fused tensors, LongRoPE, and in the newer ones rotary positions on a part of each head. */
final class Phi3 {
    private Phi3() {}

    static DecoderSpec describe(ModelConfig config) {
        int window = config.window();
        return new Blueprint(config, config.rotary(10_000, 1))
                .fusedTensors()
                .window(layer -> window)
                .build();
    }
}
