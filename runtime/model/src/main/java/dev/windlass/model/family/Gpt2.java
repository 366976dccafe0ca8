package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.DecoderSpec.Attention;
import dev.windlass.model.family.DecoderSpec.Embedding;
import dev.windlass.model.family.DecoderSpec.Head;
import dev.windlass.model.family.DecoderSpec.Layer;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Mlp;
import dev.windlass.model.family.DecoderSpec.Norm;
import dev.windlass.model.family.DecoderSpec.Table;
import java.util.ArrayList;
import java.util.List;

/** GPT-2: learned positions, layer norms with biases, full heads, and weights stored as (inputs, outputs). */
final class Gpt2 {
    private Gpt2() {}

    static DecoderSpec describe(ModelConfig config) {
        int hidden = config.hiddenSize();
        int vocabulary = config.vocabularySize();
        int positions = config.maximumPositions();
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(config, layer));
        }
        return new DecoderSpec(
                config.modelType(),
                vocabulary,
                hidden,
                positions,
                new Embedding(
                        new Table("embedding", vocabulary, hidden, new Source.Named("wte.weight", vocabulary)),
                        1,
                        new Table("positions", positions, hidden, new Source.Named("wpe.weight", positions))),
                layers,
                norm(config, "final_norm", "ln_f"),
                new Head(
                        config.tied(true)
                                ? null
                                : new Linear(
                                        "head",
                                        vocabulary,
                                        hidden,
                                        new Source.Named("lm_head.weight", vocabulary),
                                        null),
                        0));
    }

    private static Layer layer(ModelConfig config, int index) {
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        String name = "layers." + index + ".";
        String from = "h." + index + ".";
        return new Layer(
                norm(config, name + "attention_norm", from + "ln_1"),
                new Attention(
                        config.heads(),
                        config.heads(),
                        config.headSize(),
                        linear(name + "attention.qkv", from + "attn.c_attn", 3 * hidden, hidden),
                        linear(name + "attention.output", from + "attn.c_proj", hidden, hidden),
                        null,
                        null,
                        null,
                        scale(config, index),
                        0,
                        0),
                null,
                norm(config, name + "mlp_norm", from + "ln_2"),
                new Mlp(
                        null,
                        linear(name + "mlp.up", from + "mlp.c_fc", inner, hidden),
                        linear(name + "mlp.down", from + "mlp.c_proj", hidden, inner),
                        config.activation()),
                null,
                false);
    }

    private static double scale(ModelConfig config, int layer) {
        double scale = config.keys().flag("scale_attn_weights", true) ? 1 / Math.sqrt(config.headSize()) : 1;
        return config.keys().flag("scale_attn_by_inverse_layer_idx", false) ? scale / (layer + 1) : scale;
    }

    private static Norm norm(ModelConfig config, String name, String tensor) {
        int hidden = config.hiddenSize();
        return new Norm(
                name,
                hidden,
                config.normEpsilon(),
                true,
                new Source.Named(tensor + ".weight", hidden),
                new Source.Named(tensor + ".bias", hidden));
    }

    private static Linear linear(String name, String tensor, int outputs, int inputs) {
        return new Linear(
                name,
                outputs,
                inputs,
                new Source.Transposed(tensor + ".weight", outputs),
                new Source.Named(tensor + ".bias", outputs));
    }
}
