package dev.windlass.model.graph;

import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.weight.WeightStore;
import dev.windlass.onnx.DecoderGraph;
import dev.windlass.onnx.DecoderGraph.CacheLayer;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Graph;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;

/**
 * Builds a decoder's graph from its description and its weights. Weights stay where the store has them; tables and
 * whatever has to be converted is allocated in the arena. Both must outlive every session made from the graph.
 */
public final class DecoderGraphBuilder {
    private final DecoderSpec spec;
    private final WeightStore weights;
    private final Arena arena;

    public DecoderGraphBuilder(DecoderSpec spec, WeightStore weights, Arena arena) {
        this.spec = Objects.requireNonNull(spec, "spec");
        this.weights = Objects.requireNonNull(weights, "weights");
        this.arena = Objects.requireNonNull(arena, "arena");
    }

    /**
     * A graph of ONNX Runtime's fused operators, for the decoder runner.
     *
     * @param compute the type of activations and caches: float32 on a CPU, float16 or bfloat16 on CUDA
     * @param maximumPositions the longest context that will be asked for
     * @throws IllegalArgumentException when the operators cannot do what the model needs, or the model not that context
     */
    public DecoderGraph fused(ElementType compute, int maximumPositions) {
        checkPositions(maximumPositions);
        GraphWriter writer = new GraphWriter();
        Constants constants = new Constants(writer, weights, compute, arena);
        FusedOperators operators =
                new FusedOperators(writer, constants, compute, spec.vocabularySize(), maximumPositions);
        new DecoderWalk(spec, writer, constants, operators).write();
        List<CacheLayer> caches = spec.layers().stream()
                .map(layer -> new CacheLayer(
                        layer.attention().keyValueHeads(), layer.attention().headSize()))
                .toList();
        return new DecoderGraph(
                writer.graph(spec.family()),
                spec.vocabularySize(),
                maximumPositions,
                operators.hasPositionIds(),
                compute,
                caches);
    }

    /**
     * A graph of standard operators only, for other runtimes, with the inputs and outputs of Hugging Face's optimum:
     * {@code input_ids}, {@code attention_mask}, {@code position_ids} (batch, sequence) int64, where the mask covers the
     * past too; {@code past_key_values.N.key} and {@code .value} (batch, heads, past, head size); {@code logits} (batch,
     * sequence, vocabulary), {@code present.N.key} and {@code .value}. Computes in float32.
     */
    public Graph portable(int maximumPositions) {
        checkPositions(maximumPositions);
        GraphWriter writer = new GraphWriter();
        Constants constants = new Constants(writer, weights, ElementType.FLOAT, arena);
        PortableOperators operators = new PortableOperators(writer, constants, spec.vocabularySize(), maximumPositions);
        new DecoderWalk(spec, writer, constants, operators).write();
        return writer.graph(spec.family());
    }

    private void checkPositions(int maximumPositions) {
        if (maximumPositions < 1 || maximumPositions > spec.maximumPositions()) {
            throw new IllegalArgumentException(
                    "maximum positions: expected 1 to %d, which is what the model was made for, found %d"
                            .formatted(spec.maximumPositions(), maximumPositions));
        }
    }
}
