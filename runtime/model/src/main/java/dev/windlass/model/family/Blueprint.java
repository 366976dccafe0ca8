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
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of Llama's kind in the making: RMS norms before attention and MLP, rotary positions, grouped queries, a gated
 * MLP. A family says only where it differs.
 */
final class Blueprint {
    private final ModelConfig config;
    private final Rotary main;
    private IntFunction<@Nullable Rotary> rotary;
    private IntUnaryOperator window = layer -> 0;
    private boolean tied;
    private boolean inputBias;
    private boolean outputBias;
    private boolean mlpBias;
    private boolean fusedTensors;
    private HeadNorms headNorms = HeadNorms.NONE;
    private NormPlaces places = NormPlaces.BEFORE;
    private float normOffset;
    private double embeddingScale = 1;
    private double residualScale = 1;
    private double logitsScale = 1;
    private double scoreScale;
    private double scoreSoftcap;
    private double logitsSoftcap;

    /** Whether queries and keys are normalised: each head by itself, or all heads at once. */
    enum HeadNorms {
        NONE,
        EACH,
        ALL
    }

    /** Where a layer's norms stand and what the checkpoint calls them. */
    enum NormPlaces {
        BEFORE("input_layernorm", null, "post_attention_layernorm", null),
        AFTER(null, "post_attention_layernorm", null, "post_feedforward_layernorm"),
        AROUND(
                "input_layernorm",
                "post_attention_layernorm",
                "pre_feedforward_layernorm",
                "post_feedforward_layernorm");

        private final @Nullable String beforeAttention;
        private final @Nullable String afterAttention;
        private final @Nullable String beforeMlp;
        private final @Nullable String afterMlp;

        NormPlaces(
                @Nullable String beforeAttention,
                @Nullable String afterAttention,
                @Nullable String beforeMlp,
                @Nullable String afterMlp) {
            this.beforeAttention = beforeAttention;
            this.afterAttention = afterAttention;
            this.beforeMlp = beforeMlp;
            this.afterMlp = afterMlp;
        }
    }

    /** A decoder whose layers all have the same rotary positions. */
    Blueprint(ModelConfig config, Rotary rotary) {
        this.config = config;
        this.main = rotary;
        this.rotary = layer -> rotary;
        this.tied = config.tied(false);
        this.scoreScale = 1 / Math.sqrt(config.headSize());
    }

    /** Rotary positions by layer, null for a layer without. */
    Blueprint rotary(IntFunction<@Nullable Rotary> byLayer) {
        rotary = byLayer;
        return this;
    }

    /** How many positions each layer attends to, 0 for all. */
    Blueprint window(IntUnaryOperator byLayer) {
        window = byLayer;
        return this;
    }

    Blueprint tied(boolean isTied) {
        tied = isTied;
        return this;
    }

    Blueprint biases(boolean queryKeyValue, boolean attentionOutput, boolean mlp) {
        inputBias = queryKeyValue;
        outputBias = attentionOutput;
        mlpBias = mlp;
        return this;
    }

    /** The checkpoint has one tensor for queries, keys and values and one for gate and up. */
    Blueprint fusedTensors() {
        fusedTensors = true;
        return this;
    }

    Blueprint headNorms(HeadNorms norms) {
        headNorms = norms;
        return this;
    }

    Blueprint norms(NormPlaces normPlaces) {
        places = normPlaces;
        return this;
    }

    /** Norms multiply by their weight plus {@code offset}. */
    Blueprint normOffset(double offset) {
        normOffset = (float) offset;
        return this;
    }

    Blueprint embeddingScale(double scale) {
        embeddingScale = scale;
        return this;
    }

    /** What attention and MLP add to the residual is multiplied by this. */
    Blueprint residualScale(double scale) {
        residualScale = scale;
        return this;
    }

    Blueprint scoreScale(double scale) {
        scoreScale = scale;
        return this;
    }

    Blueprint logitsScale(double scale) {
        logitsScale = scale;
        return this;
    }

    /** Bounds scores and logits by hyperbolic tangents; 0 leaves them. */
    Blueprint softcaps(double scores, double logits) {
        scoreSoftcap = scores;
        logitsSoftcap = logits;
        return this;
    }

    DecoderSpec build() {
        int hidden = config.hiddenSize();
        int vocabulary = config.vocabularySize();
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(layer));
        }
        return new DecoderSpec(
                config.modelType(),
                vocabulary,
                hidden,
                config.contextLength(main),
                new Embedding(
                        new Table("embedding", vocabulary, hidden, new Source.Named("embed_tokens.weight", vocabulary)),
                        embeddingScale,
                        null),
                layers,
                // Logits are linear in the last norm's weight, which is never shared: the place for their scale.
                norm("final_norm", hidden, "norm", logitsScale),
                new Head(tied ? null : linear("head", "lm_head", vocabulary, hidden, false, 1), logitsSoftcap));
    }

    private Layer layer(int index) {
        String name = "layers." + index + ".";
        int hidden = config.hiddenSize();
        return new Layer(
                norm(name + "attention_norm", hidden, name, places.beforeAttention),
                attention(index, name),
                norm(name + "attention_output_norm", hidden, name, places.afterAttention),
                norm(name + "mlp_norm", hidden, name, places.beforeMlp),
                mlp(name),
                norm(name + "mlp_output_norm", hidden, name, places.afterMlp),
                false);
    }

    private Attention attention(int index, String name) {
        int heads = config.heads();
        int keyValueHeads = config.keyValueHeads();
        int size = config.headSize();
        String from = name + "self_attn.";
        List<String> tensors =
                fusedTensors ? List.of(from + "qkv_proj") : List.of(from + "q_proj", from + "k_proj", from + "v_proj");
        List<Integer> rows = fusedTensors
                ? List.of((heads + 2 * keyValueHeads) * size)
                : List.of(heads * size, keyValueHeads * size, keyValueHeads * size);
        Rotary turned = rotary.apply(index);
        Source weight = stacked(tensors, ".weight", rows);
        Source bias = inputBias ? stacked(tensors, ".bias", rows) : null;
        if (!HeadOrder.isNatural(turned)) {
            if (headNorms != HeadNorms.NONE) {
                throw new IllegalArgumentException(
                        "layer %d: a rotary width that is not a multiple of 16 with norms on queries and keys"
                                .formatted(index));
            }
            List<Integer> order = HeadOrder.rows(heads, keyValueHeads, size, turned);
            weight = new Source.Ordered(weight, order);
            bias = bias == null ? null : new Source.Ordered(bias, order);
        }
        boolean each = headNorms == HeadNorms.EACH;
        boolean normed = headNorms != HeadNorms.NONE;
        return new Attention(
                heads,
                keyValueHeads,
                size,
                new Linear(name + "attention.qkv", weight.rows(), config.hiddenSize(), weight, bias),
                linear(
                        name + "attention.output",
                        from + "o_proj",
                        config.hiddenSize(),
                        heads * size,
                        outputBias,
                        residualScale),
                normed ? norm(name + "attention.query_norm", each ? size : heads * size, from + "q_norm", 1) : null,
                normed
                        ? norm(name + "attention.key_norm", each ? size : keyValueHeads * size, from + "k_norm", 1)
                        : null,
                turned,
                scoreScale,
                scoreSoftcap,
                window.applyAsInt(index));
    }

    private Mlp mlp(String name) {
        int width = config.intermediateSize();
        String from = name + "mlp.";
        int hidden = config.hiddenSize();
        return new Mlp(
                fusedTensors
                        ? half(name + "mlp.gate", from + "gate_up_proj", 0)
                        : linear(name + "mlp.gate", from + "gate_proj", width, hidden, mlpBias, 1),
                fusedTensors
                        ? half(name + "mlp.up", from + "gate_up_proj", width)
                        : linear(name + "mlp.up", from + "up_proj", width, hidden, mlpBias, 1),
                linear(name + "mlp.down", from + "down_proj", hidden, width, mlpBias, residualScale),
                config.activation());
    }

    private Linear half(String name, String tensor, int first) {
        int width = config.intermediateSize();
        Source weight = new Source.Named(tensor + ".weight", 2 * width);
        Source bias = new Source.Named(tensor + ".bias", 2 * width);
        return new Linear(
                name,
                width,
                config.hiddenSize(),
                new Source.Part(weight, first, width),
                mlpBias ? new Source.Part(bias, first, width) : null);
    }

    private @Nullable Norm norm(String name, int width, String from, @Nullable String tensor) {
        return tensor == null ? null : norm(name, width, from + tensor, 1);
    }

    private Norm norm(String name, int width, String tensor, double factor) {
        Source weight = new Source.Named(tensor + ".weight", width);
        boolean isPlain = factor == 1 && normOffset == 0;
        return new Norm(
                name,
                width,
                config.normEpsilon(),
                false,
                isPlain ? weight : new Source.Adjusted(weight, (float) factor, (float) (normOffset * factor)),
                null);
    }

    private static Linear linear(String name, String tensor, int outputs, int inputs, boolean bias, double factor) {
        return new Linear(
                name,
                outputs,
                inputs,
                new Source.Named(tensor + ".weight", outputs).times(factor),
                bias ? new Source.Named(tensor + ".bias", outputs).times(factor) : null);
    }

    private static Source stacked(List<String> tensors, String suffix, List<Integer> rows) {
        if (tensors.size() == 1) {
            return new Source.Named(tensors.getFirst() + suffix, rows.getFirst());
        }
        List<Source> parts = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            parts.add(new Source.Named(tensors.get(i) + suffix, rows.get(i)));
        }
        return new Source.Stacked(parts);
    }
}
