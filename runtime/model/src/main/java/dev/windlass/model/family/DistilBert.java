package dev.windlass.model.family;

import dev.windlass.model.config.Activation;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.EncoderBlueprint.Names;

/** DistilBERT: BERT without segments, under names of its own. */
final class DistilBert {
    private static final Names NAMES = new Names(
            "transformer.layer.",
            "attention.q_lin",
            "attention.k_lin",
            "attention.v_lin",
            "attention.out_lin",
            "sa_layer_norm",
            "ffn.lin1",
            "ffn.lin2",
            "output_layer_norm");

    private DistilBert() {}

    static EncoderSpec describe(ModelConfig config) {
        return new EncoderBlueprint(config, NAMES)
                .head("pre_classifier", Activation.RELU, "classifier")
                .build();
    }
}
