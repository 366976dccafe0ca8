package dev.windlass.model.family;

import dev.windlass.model.config.Activation;
import dev.windlass.model.config.Pooling;
import dev.windlass.model.config.Rotary;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Mlp;
import dev.windlass.model.family.DecoderSpec.Norm;
import dev.windlass.model.family.DecoderSpec.Table;
import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Weight;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An encoder as a value: a model whose tokens all see one another, and which gives a vector for each text.
 *
 * @param finalNorm behind the last layer, or null where each layer ends with a norm
 * @param classifier what becomes of the pooled vector, or null when that is the result
 */
public record EncoderSpec(
        String family,
        int vocabularySize,
        int hiddenSize,
        int maximumPositions,
        Embedding embedding,
        List<Layer> layers,
        @Nullable Norm finalNorm,
        @Nullable Classifier classifier)
        implements ModelSpec {
    public EncoderSpec {
        Objects.requireNonNull(family, "family");
        layers = List.copyOf(layers);
    }

    /** How many numbers come out for each text. */
    public int width() {
        return classifier == null ? hiddenSize : classifier.output().outputs();
    }

    /**
     * The first step: rows of all tables added, then normalised.
     *
     * @param positions a table of learned positions, or null
     * @param firstPosition the row of the first token's position
     * @param segments a table of the kinds of tokens, such as those of a second text, or null
     */
    public record Embedding(
            Table tokens,
            @Nullable Table positions,
            int firstPosition,
            @Nullable Table segments,
            Norm norm) {}

    /**
     * One layer. With norms before: {@code x += attention(norm(x)); x += mlp(norm(x))}; else
     * {@code x = norm(x + attention(x)); x = norm(x + mlp(x))}.
     *
     * @param attentionNorm may be null only where norms stand before
     */
    public record Layer(
            boolean normsBefore, @Nullable Norm attentionNorm, Attention attention, Norm mlpNorm, Mlp mlp) {}

    /**
     * Attention in both directions.
     *
     * @param input the queries', keys' and values' projections stacked in this order
     * @param rotary null for a layer without rotary positions
     * @param reach how many positions on either side are attended to; 0 attends to all
     */
    public record Attention(
            int heads,
            int headSize,
            Linear input,
            Linear output,
            @Nullable Rotary rotary,
            int reach) {
        public int width() {
            return heads * headSize;
        }
    }

    /** The head of a classifier: {@code output(norm(activation(dense(pooled))))}. */
    public record Classifier(
            Pooling pooling,
            Linear dense,
            Activation activation,
            @Nullable Norm norm,
            Linear output) {}

    @Override
    public List<Weight> weights(Checkpoint checkpoint) {
        return new WeightPlan(checkpoint).encoder(this);
    }
}
