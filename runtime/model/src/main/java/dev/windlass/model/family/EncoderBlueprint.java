package dev.windlass.model.family;

import dev.windlass.model.config.Activation;
import dev.windlass.model.config.EncoderTask;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.config.Pooling;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Mlp;
import dev.windlass.model.family.DecoderSpec.Norm;
import dev.windlass.model.family.DecoderSpec.Table;
import dev.windlass.model.family.EncoderSpec.Attention;
import dev.windlass.model.family.EncoderSpec.Classifier;
import dev.windlass.model.family.EncoderSpec.Embedding;
import dev.windlass.model.family.EncoderSpec.Layer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encoder of BERT's kind in the making: learned positions, norms behind attention and MLP, biases everywhere. A family
 * says only where it differs, which is mostly in names.
 */
final class EncoderBlueprint {
    private final ModelConfig config;
    private final Names names;
    private int firstPosition;
    private int segments;
    private String dense = "";
    private String output = "classifier";
    private Activation activation = Activation.TANH;

    /** What the checkpoint calls a layer's parts, behind the layer's own name. */
    record Names(
            String layers,
            String query,
            String key,
            String value,
            String attentionOutput,
            String attentionNorm,
            String up,
            String down,
            String mlpNorm) {}

    EncoderBlueprint(ModelConfig config, Names names) {
        this.config = config;
        this.names = names;
    }

    /** The row of the first token in the table of positions. */
    EncoderBlueprint firstPosition(int row) {
        firstPosition = row;
        return this;
    }

    /** How many kinds of tokens there are; 0 for no table of them. */
    EncoderBlueprint segments(int kinds) {
        segments = kinds;
        return this;
    }

    /** The layers and the function of a classifier's head. */
    EncoderBlueprint head(String denseName, Activation between, String outputName) {
        dense = denseName;
        activation = between;
        output = outputName;
        return this;
    }

    EncoderSpec build() {
        String position = "position_embedding_type";
        if (config.keys().has(position) && !config.keys().text(position).equals("absolute")) {
            throw config.keys().unusable(position, "absolute");
        }
        if (config.keys().flag("is_decoder", false)) {
            throw config.keys().unusable("is_decoder", "false: a decoder of this family is not served");
        }
        int rows = config.maximumPositions();
        if (firstPosition >= rows) {
            throw config.keys().unusable("max_position_embeddings", "more than " + firstPosition);
        }
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(layer));
        }
        return new EncoderSpec(
                config.modelType(),
                config.vocabularySize(),
                config.hiddenSize(),
                rows - firstPosition,
                new Embedding(
                        table("embedding", "embeddings.word_embeddings", config.vocabularySize()),
                        table("positions", "embeddings.position_embeddings", rows),
                        firstPosition,
                        segments == 0 ? null : table("segments", "embeddings.token_type_embeddings", segments),
                        norm("embedding_norm", "embeddings.LayerNorm")),
                layers,
                null,
                classifier());
    }

    private @Nullable Classifier classifier() {
        if (!config.architecture().endsWith(EncoderTask.CLASSIFIER)) {
            return null;
        }
        int hidden = config.hiddenSize();
        return new Classifier(
                Pooling.FIRST,
                linear("classifier.dense", dense, hidden, hidden),
                activation,
                null,
                linear("classifier.output", output, config.labels().size(), hidden));
    }

    private Layer layer(int index) {
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        String name = "layers." + index + ".";
        String from = names.layers + index + ".";
        List<String> inputs = List.of(from + names.query, from + names.key, from + names.value);
        return new Layer(
                false,
                norm(name + "attention_norm", from + names.attentionNorm),
                new Attention(
                        config.heads(),
                        config.headSize(),
                        new Linear(
                                name + "attention.qkv",
                                3 * hidden,
                                hidden,
                                stacked(inputs, ".weight", hidden),
                                stacked(inputs, ".bias", hidden)),
                        linear(name + "attention.output", from + names.attentionOutput, hidden, hidden),
                        null,
                        0),
                norm(name + "mlp_norm", from + names.mlpNorm),
                new Mlp(
                        null,
                        linear(name + "mlp.up", from + names.up, inner, hidden),
                        linear(name + "mlp.down", from + names.down, hidden, inner),
                        config.activation()));
    }

    private Table table(String name, String tensor, int rows) {
        return new Table(name, rows, config.hiddenSize(), new Source.Named(tensor + ".weight", rows));
    }

    /** The first checkpoints have TensorFlow's names. */
    private Norm norm(String name, String tensor) {
        int hidden = config.hiddenSize();
        return new Norm(
                name,
                hidden,
                config.normEpsilon(),
                true,
                new Source.Named(List.of(tensor + ".weight", tensor + ".gamma"), hidden),
                new Source.Named(List.of(tensor + ".bias", tensor + ".beta"), hidden));
    }

    private static Linear linear(String name, String tensor, int outputs, int inputs) {
        return new Linear(
                name,
                outputs,
                inputs,
                new Source.Named(tensor + ".weight", outputs),
                new Source.Named(tensor + ".bias", outputs));
    }

    private static Source stacked(List<String> tensors, String suffix, int rows) {
        return new Source.Stacked(tensors.stream()
                .<Source>map(tensor -> new Source.Named(tensor + suffix, rows))
                .toList());
    }
}
