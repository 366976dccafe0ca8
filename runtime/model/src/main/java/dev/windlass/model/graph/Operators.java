package dev.windlass.model.graph;

import dev.windlass.model.config.Activation;
import dev.windlass.model.family.DecoderSpec.Attention;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Norm;
import dev.windlass.model.family.DecoderSpec.Table;

/** How the parts of a decoder are written as nodes. Values are known by their names in the graph. */
interface Operators {
    /** The sum of the residual and what a layer adds to it, and the norm of the sum. */
    record Sum(String sum, String normed) {}

    /** The rows of the table for the input tokens. */
    String tokens(Table table);

    /** The rows of the table for the positions of the input tokens. */
    String positions(Table table);

    String linear(Linear linear, String x);

    /** The product with the embedding's table, transposed. */
    String tiedHead(Table table, String x);

    String norm(Norm norm, String x);

    Sum addAndNorm(Norm norm, String residual, String addend);

    /** Attention from the stacked queries, keys and values to the stacked heads, before the output projection. */
    String attention(int layer, Attention attention, String stacked);

    String activation(Activation activation, String x);

    /** The rows that logits are wanted of, from (batch, sequence, width). */
    String select(String x);

    /** Names the value that the graph puts out. */
    void logits(String x);
}
