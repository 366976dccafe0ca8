package dev.windlass.model.family;

import dev.windlass.model.config.Activation;
import dev.windlass.model.config.ConfigNode;
import dev.windlass.model.config.EncoderTask;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.config.Pooling;
import dev.windlass.model.config.Rotary;
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
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** ModernBERT: norms before, a gated MLP, rotary positions, and layers that look only to their neighbours between those that see all. */
final class ModernBert {
    private final ModelConfig config;
    private final ConfigNode keys;
    private final int hidden;

    private ModernBert(ModelConfig config) {
        this.config = config;
        this.keys = config.keys();
        this.hidden = config.hiddenSize();
    }

    static EncoderSpec describe(ModelConfig config) {
        return new ModernBert(config).spec();
    }

    private EncoderSpec spec() {
        IntPredicate isLocal = localLayers();
        int reach = keys.integer("local_attention", 2, 1 << 24) / 2;
        Rotary near = config.rotary("sliding_attention", "local_rope_theta", true, 10_000);
        Rotary far = config.rotary("full_attention", "global_rope_theta", true, 160_000);
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(isLocal.test(layer) ? layer(layer, near, reach) : layer(layer, far, 0));
        }
        int vocabulary = config.vocabularySize();
        return new EncoderSpec(
                config.modelType(),
                vocabulary,
                hidden,
                config.maximumPositions(),
                new Embedding(
                        new Table(
                                "embedding",
                                vocabulary,
                                hidden,
                                new Source.Named("embeddings.tok_embeddings.weight", vocabulary)),
                        null,
                        0,
                        null,
                        norm("embedding_norm", "embeddings.norm")),
                layers,
                norm("final_norm", "final_norm"),
                classifier());
    }

    private IntPredicate localLayers() {
        Optional<List<Boolean>> sliding = config.slidingLayers();
        if (sliding.isPresent()) {
            return sliding.get()::get;
        }
        int interval = keys.integer("global_attn_every_n_layers", 1, 1024, 3);
        return layer -> layer % interval != 0;
    }

    private Layer layer(int index, Rotary rotary, int reach) {
        boolean attentionBias = keys.flag("attention_bias", false);
        boolean mlpBias = keys.flag("mlp_bias", false);
        int inner = config.intermediateSize();
        String name = "layers." + index + ".";
        Source both = new Source.Named(name + "mlp.Wi.weight", 2 * inner);
        Source bothBiases = new Source.Named(name + "mlp.Wi.bias", 2 * inner);
        return new Layer(
                true,
                index == 0 ? null : norm(name + "attention_norm", name + "attn_norm"),
                new Attention(
                        config.heads(),
                        config.headSize(),
                        linear(name + "attention.qkv", name + "attn.Wqkv", 3 * hidden, hidden, attentionBias),
                        linear(name + "attention.output", name + "attn.Wo", hidden, hidden, attentionBias),
                        rotary,
                        reach),
                norm(name + "mlp_norm", name + "mlp_norm"),
                new Mlp(
                        half(name + "mlp.gate", both, mlpBias ? bothBiases : null, 0),
                        half(name + "mlp.up", both, mlpBias ? bothBiases : null, inner),
                        linear(name + "mlp.down", name + "mlp.Wo", hidden, inner, mlpBias),
                        config.activation()));
    }

    private Linear half(String name, Source weight, @Nullable Source bias, int first) {
        int inner = config.intermediateSize();
        return new Linear(
                name,
                inner,
                hidden,
                new Source.Part(weight, first, inner),
                bias == null ? null : new Source.Part(bias, first, inner));
    }

    private @Nullable Classifier classifier() {
        if (!config.architecture().endsWith(EncoderTask.CLASSIFIER)) {
            return null;
        }
        Pooling pooling = switch (keys.has("classifier_pooling") ? keys.text("classifier_pooling") : "cls") {
            case "cls" -> Pooling.FIRST;
            case "mean" -> Pooling.MEAN;
            default -> throw keys.unusable("classifier_pooling", "cls or mean");
        };
        return new Classifier(
                pooling,
                linear("classifier.dense", "head.dense", hidden, hidden, keys.flag("classifier_bias", false)),
                keys.has("classifier_activation") ? Activation.read(keys, "classifier_activation") : Activation.GELU,
                norm("classifier.norm", "head.norm"),
                linear("classifier.output", "classifier", config.labels().size(), hidden, true));
    }

    private Norm norm(String name, String tensor) {
        return new Norm(
                name,
                hidden,
                config.normEpsilon(),
                true,
                new Source.Named(tensor + ".weight", hidden),
                keys.flag("norm_bias", false) ? new Source.Named(tensor + ".bias", hidden) : null);
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
