package dev.windlass.model.family;

import dev.windlass.model.config.Activation;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.EncoderBlueprint.Names;

/** BERT, and RoBERTa and XLM-RoBERTa, which have no segments to speak of and count positions from behind the padding token. */
final class Bert {
    private static final Names NAMES = new Names(
            "encoder.layer.",
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "attention.output.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm");

    private static final int MOST_SEGMENTS = 64;

    private Bert() {}

    static EncoderSpec describe(ModelConfig config) {
        return blueprint(config)
                .head("pooler.dense", Activation.TANH, "classifier")
                .build();
    }

    static EncoderSpec describeRoberta(ModelConfig config) {
        int padding = config.keys().integer("pad_token_id", 0, 1 << 20, 1);
        return blueprint(config)
                .firstPosition(padding + 1)
                .head("classifier.dense", Activation.TANH, "classifier.out_proj")
                .build();
    }

    private static EncoderBlueprint blueprint(ModelConfig config) {
        return new EncoderBlueprint(config, NAMES)
                .segments(config.keys().integer("type_vocab_size", 1, MOST_SEGMENTS, 2));
    }
}
