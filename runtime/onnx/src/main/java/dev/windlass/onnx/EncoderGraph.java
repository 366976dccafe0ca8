package dev.windlass.onnx;

import dev.windlass.onnx.graph.Graph;
import java.util.Objects;

/**
 * An encoder as a graph whose inputs and output follow one contract, so that one runner serves every model family.
 *
 * <p>Inputs, where B is the number of texts and S the tokens of the longest:
 *
 * <ul>
 *   <li>{@code input_ids} int64 (B, S), anything behind a text's end
 *   <li>{@code lengths} int32 (B): how many tokens each text has
 *   <li>{@code token_type_ids} int64 (B, S), only when {@link #segments()}: for models that tell two texts apart
 * </ul>
 *
 * <p>Output: {@code result} float32 (B, width).
 *
 * @param maximumPositions the longest text
 * @param width how many numbers there are for each text
 */
public record EncoderGraph(Graph graph, int vocabularySize, int maximumPositions, int width, boolean segments) {
    public EncoderGraph {
        Objects.requireNonNull(graph, "graph");
    }
}
