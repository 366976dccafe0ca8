package dev.windlass.onnx;

import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Graph;
import java.util.List;
import java.util.Objects;

/**
 * A decoder as a graph whose inputs and outputs follow one contract, so that one runner serves every model family.
 *
 * <p>Inputs, where B is the batch, S the number of new tokens a row and R the number of rows of logits:
 *
 * <ul>
 *   <li>{@code input_ids} int64 (B, S)
 *   <li>{@code seqlens_k} int32 (B): each row's length after this step, less one
 *   <li>{@code total_sequence_length} int32 (1): the longest row's length after this step
 *   <li>{@code position_ids} int64 (B, S), only when {@link #positionIds()}: for models with learned positions
 *   <li>{@code logits_rows} int64 (R, 2): (row, token) pairs whose logits are wanted
 *   <li>{@code past_key.N}, {@code past_value.N} (B, heads, capacity, head size) for each layer N
 * </ul>
 *
 * <p>Outputs: {@code logits} float32 (R, vocabulary) and {@code present_key.N}, {@code present_value.N}, to be bound to
 * the same memory as the past.
 *
 * @param cacheLayers the shape of each layer's cache, in order
 * @param maximumPositions how many positions the model knows, the bound of a slot's capacity. Rotary tables hold at least
 *     one row more, since a row that idles in a batch computes the position behind its last; learned positions need not
 */
public record DecoderGraph(
        Graph graph,
        int vocabularySize,
        int maximumPositions,
        boolean positionIds,
        ElementType cacheType,
        List<CacheLayer> cacheLayers) {
    public DecoderGraph {
        Objects.requireNonNull(graph, "graph");
        Objects.requireNonNull(cacheType, "cacheType");
        cacheLayers = List.copyOf(cacheLayers);
    }

    /** The key and the value cache of one layer hold {@code heads * headSize} elements a position each. */
    public record CacheLayer(int heads, int headSize) {}
}
