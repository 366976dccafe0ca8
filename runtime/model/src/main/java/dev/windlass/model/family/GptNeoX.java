package dev.windlass.model.family;

import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.config.Rotary;
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

/** GPT-NeoX and Pythia: attention and MLP side by side, layer norms with biases, rotary positions on a part of each head. */
final class GptNeoX {
    private GptNeoX() {}

    static DecoderSpec describe(ModelConfig config) {
        int hidden = config.hiddenSize();
        int vocabulary = config.vocabularySize();
        Rotary rotary = config.rotary(10_000, 0.25);
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(config, layer, rotary));
        }
        return new DecoderSpec(
                config.modelType(),
                vocabulary,
                hidden,
                config.contextLength(rotary),
                new Embedding(
                        new Table("embedding", vocabulary, hidden, new Source.Named("embed_in.weight", vocabulary)),
                        1,
                        null),
                layers,
                norm(config, "final_norm", "final_layer_norm"),
                new Head(
                        config.tied(false)
                                ? null
                                : new Linear(
                                        "head",
                                        vocabulary,
                                        hidden,
                                        new Source.Named(List.of("embed_out.weight", "lm_head.weight"), vocabulary),
                                        null),
                        0));
    }

    private static Layer layer(ModelConfig config, int index, Rotary rotary) {
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        boolean attentionBias = config.keys().flag("attention_bias", true);
        String name = "layers." + index + ".";
        List<Integer> order = order(config, rotary);
        String qkv = name + "attention.query_key_value";
        return new Layer(
                norm(config, name + "attention_norm", name + "input_layernorm"),
                new Attention(
                        config.heads(),
                        config.heads(),
                        config.headSize(),
                        new Linear(
                                name + "attention.qkv",
                                3 * hidden,
                                hidden,
                                new Source.Ordered(new Source.Named(qkv + ".weight", 3 * hidden), order),
                                attentionBias
                                        ? new Source.Ordered(new Source.Named(qkv + ".bias", 3 * hidden), order)
                                        : null),
                        linear(name + "attention.output", name + "attention.dense", hidden, hidden, attentionBias),
                        null,
                        null,
                        rotary,
                        1 / Math.sqrt(config.headSize()),
                        0,
                        0),
                null,
                norm(config, name + "mlp_norm", name + "post_attention_layernorm"),
                new Mlp(
                        null,
                        linear(name + "mlp.up", name + "mlp.dense_h_to_4h", inner, hidden, true),
                        linear(name + "mlp.down", name + "mlp.dense_4h_to_h", hidden, inner, true),
                        config.activation()),
                null,
                config.keys().flag("use_parallel_residual", true));
    }

    /** The checkpoint has query, key and value of one head after another; the graph wants all queries first. */
    private static List<Integer> order(ModelConfig config, Rotary rotary) {
        int heads = config.heads();
        int size = config.headSize();
        return HeadOrder.rows(heads, heads, size, rotary).stream()
                .map(row -> {
                    int part = row / (heads * size);
                    int head = row / size % heads;
                    return (3 * head + part) * size + row % size;
                })
                .toList();
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

    private static Linear linear(String name, String tensor, int outputs, int inputs, boolean bias) {
        return new Linear(
                name,
                outputs,
                inputs,
                new Source.Named(tensor + ".weight", outputs),
                bias ? new Source.Named(tensor + ".bias", outputs) : null);
    }
}
