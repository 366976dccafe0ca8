package dev.windlass.model.family;

import dev.windlass.model.config.Activation;
import dev.windlass.model.config.Rotary;
import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Weight;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decoder as a value: what is computed and where in a checkpoint the weights for it are. It knows nothing of operators
 * and devices; a graph builder turns it into nodes.
 *
 * @param family the model type it was described from
 * @param maximumPositions the longest context the model was made for
 */
public record DecoderSpec(
        String family,
        int vocabularySize,
        int hiddenSize,
        int maximumPositions,
        Embedding embedding,
        List<Layer> layers,
        Norm finalNorm,
        Head head)
        implements ModelSpec {
    public DecoderSpec {
        Objects.requireNonNull(family, "family");
        layers = List.copyOf(layers);
    }

    /**
     * The first step: a row of the table for each token, times {@code scale}.
     *
     * @param positions a table of learned positions that is added, or null
     */
    public record Embedding(
            Table tokens, double scale, @Nullable Table positions) {}

    /** A matrix that rows are gathered from. */
    public record Table(String name, int rows, int columns, Source source) {}

    /** A linear layer. */
    public record Linear(
            String name,
            int outputs,
            int inputs,
            Source weight,
            @Nullable Source bias) {
        /** What the graph and the artifact call the bias. */
        public String biasName() {
            return name + ".bias";
        }
    }

    /** A norm over the last {@code width} elements: RMS when it has no bias and {@code centred} is false. */
    public record Norm(
            String name,
            int width,
            double epsilon,
            boolean centred,
            Source weight,
            @Nullable Source bias) {
        public String biasName() {
            return name + ".bias";
        }
    }

    /**
     * One layer: {@code x += after(attention(before(x)))} and the same for the MLP, where a norm that is null is left
     * out.
     *
     * @param parallel whether the MLP sees the layer's input instead of the attention's outcome
     */
    public record Layer(
            @Nullable Norm beforeAttention,
            Attention attention,
            @Nullable Norm afterAttention,
            @Nullable Norm beforeMlp,
            Mlp mlp,
            @Nullable Norm afterMlp,
            boolean parallel) {}

    /**
     * Causal attention with grouped queries.
     *
     * @param input the queries', keys' and values' projections stacked in this order
     * @param queryNorm a norm of each head's query, or of all at once, by its width; or null
     * @param rotary null for a layer without rotary positions
     * @param scale of the scores
     * @param softcap bounds the scores by {@code softcap * tanh(score / softcap)}; 0 leaves them
     * @param window how many positions are attended to, the token's own included; 0 attends to all
     */
    public record Attention(
            int heads,
            int keyValueHeads,
            int headSize,
            Linear input,
            Linear output,
            @Nullable Norm queryNorm,
            @Nullable Norm keyNorm,
            @Nullable Rotary rotary,
            double scale,
            double softcap,
            int window) {
        public int queryWidth() {
            return heads * headSize;
        }

        public int keyValueWidth() {
            return keyValueHeads * headSize;
        }
    }

    /**
     * Two linear layers with a function between them, or three where the function is applied to a gate. The gate is
     * not stacked on {@code up}: to compute both at once and split the result was slower on CPUs, at every batch size.
     *
     * @param gate what the function is applied to, and {@code up} is multiplied by; or null
     */
    public record Mlp(@Nullable Linear gate, Linear up, Linear down, Activation activation) {}

    /**
     * The last step: logits.
     *
     * @param linear null when the embedding's table is the projection
     * @param softcap bounds the logits as {@link Attention#softcap} does; 0 leaves them
     */
    public record Head(@Nullable Linear linear, double softcap) {}

    @Override
    public List<Weight> weights(Checkpoint checkpoint) {
        return new WeightPlan(checkpoint).decoder(this);
    }
}
