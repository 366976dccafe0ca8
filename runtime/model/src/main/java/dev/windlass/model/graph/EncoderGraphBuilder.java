package dev.windlass.model.graph;

import dev.windlass.model.config.Pooling;
import dev.windlass.model.family.EncoderSpec;
import dev.windlass.model.family.EncoderSpec.Classifier;
import dev.windlass.model.weight.WeightStore;
import dev.windlass.onnx.EncoderGraph;
import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.Arena;
import java.util.Objects;

/**
 * Builds an encoder's graph from its description and its weights, in ONNX Runtime's fused operators. Weights stay where the
 * store has them; tables and whatever has to be converted is allocated in the arena. Both must outlive every session made
 * from the graph.
 */
public final class EncoderGraphBuilder {
    private final EncoderSpec spec;
    private final WeightStore weights;
    private final Arena arena;

    public EncoderGraphBuilder(EncoderSpec spec, WeightStore weights, Arena arena) {
        this.spec = Objects.requireNonNull(spec, "spec");
        this.weights = Objects.requireNonNull(weights, "weights");
        this.arena = Objects.requireNonNull(arena, "arena");
    }

    /**
     * A graph that gives the vector of each text, or what the classifier makes of it.
     *
     * @param compute the type of activations: float32 on a CPU
     * @param maximumPositions the longest text that will be asked for
     * @param pooling how a model without a classifier makes one vector of a text's; a classifier knows itself
     * @throws IllegalArgumentException when the operators cannot do what the model needs, or the model not that length
     */
    public EncoderGraph build(ElementType compute, int maximumPositions, Pooling pooling) {
        if (maximumPositions < 1 || maximumPositions > spec.maximumPositions()) {
            throw new IllegalArgumentException(
                    "maximum positions: expected 1 to %d, which is what the model was made for, found %d"
                            .formatted(spec.maximumPositions(), maximumPositions));
        }
        GraphWriter writer = new GraphWriter();
        Constants constants = new Constants(writer, weights, compute, arena);
        Classifier classifier = spec.classifier();
        EncoderWalk walk = new EncoderWalk(
                spec, classifier == null ? pooling : classifier.pooling(), maximumPositions, writer, constants);
        walk.write(compute);
        return new EncoderGraph(
                writer.graph(spec.family()), spec.vocabularySize(), maximumPositions, spec.width(), walk.hasSegments());
    }
}
