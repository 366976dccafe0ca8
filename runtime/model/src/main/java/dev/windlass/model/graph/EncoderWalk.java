package dev.windlass.model.graph;

import static dev.windlass.model.graph.FusedBlocks.integer;

import dev.windlass.model.config.Pooling;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Mlp;
import dev.windlass.model.family.DecoderSpec.Norm;
import dev.windlass.model.family.DecoderSpec.Table;
import dev.windlass.model.family.EncoderSpec;
import dev.windlass.model.family.EncoderSpec.Classifier;
import dev.windlass.model.family.EncoderSpec.Embedding;
import dev.windlass.model.family.EncoderSpec.Layer;
import dev.windlass.model.weight.StoredWeight;
import dev.windlass.onnx.graph.Attribute;
import dev.windlass.onnx.graph.ElementType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes an encoder from its first step to its last, with the inputs and outputs that EncoderGraph's contract names. */
final class EncoderWalk {
    private final EncoderSpec spec;
    private final Pooling pooling;
    private final GraphWriter writer;
    private final Constants constants;
    private final FusedBlocks blocks;
    private final EncoderAttention attention;
    private String residual = "";
    private @Nullable String addend;

    EncoderWalk(EncoderSpec spec, Pooling pooling, int maximumPositions, GraphWriter writer, Constants constants) {
        this.spec = spec;
        this.pooling = pooling;
        this.writer = writer;
        this.constants = constants;
        this.blocks = new FusedBlocks(writer, constants);
        writer.input("input_ids", ElementType.INT64, "batch", "sequence");
        writer.input("lengths", ElementType.INT32, "batch");
        this.attention = new EncoderAttention(writer, constants, maximumPositions);
    }

    /** Whether the graph has the input {@code token_type_ids}. */
    boolean hasSegments() {
        Table segments = spec.embedding().segments();
        return segments != null && segments.rows() > 1;
    }

    void write(ElementType compute) {
        writer.scope("embedding");
        embedding(spec.embedding());
        for (int i = 0; i < spec.layers().size(); i++) {
            layer(i, spec.layers().get(i));
        }
        writer.scope("pooling");
        Norm last = spec.finalNorm();
        String states = last == null ? plain() : normed(last);
        String pooled = pooling == Pooling.MEAN ? mean(states) : states;
        result(spec.classifier() == null ? pooled : classified(spec.classifier(), pooled), compute);
    }

    private void embedding(Embedding embedding) {
        String sum = blocks.tokens(embedding.tokens());
        if (embedding.positions() != null) {
            sum = writer.node("Add", sum, positions(embedding.positions(), embedding.firstPosition()));
        }
        if (embedding.segments() != null) {
            String table = matrix(embedding.segments());
            // Of one kind there is one row, the same for all tokens.
            sum = writer.node("Add", sum, hasSegments() ? writer.node("Gather", table, segmentsInput()) : table);
        }
        residual = blocks.norm(embedding.norm(), sum);
    }

    private String segmentsInput() {
        return writer.input("token_type_ids", ElementType.INT64, "batch", "sequence");
    }

    /** As many rows as the longest text has tokens, the same for all texts. */
    private String positions(Table table, int first) {
        String start = constants.integers(first);
        String end = writer.node("Add", attention.sequenceLength(), start);
        return writer.node("Slice", matrix(table), start, end, constants.integers(0));
    }

    private String matrix(Table table) {
        if (constants.stored(table.name()) instanceof StoredWeight.Dense dense) {
            return constants.matrix(table.name(), dense);
        }
        throw new IllegalArgumentException("weight %s: expected plain values".formatted(table.name()));
    }

    private void layer(int index, Layer layer) {
        writer.scope("layers." + index + ".attention");
        Norm before = layer.attentionNorm();
        String input = layer.normsBefore() && before != null ? normed(before) : plain();
        String heads = attention.heads(
                layer.attention(), blocks.linear(layer.attention().input(), input));
        if (index == spec.layers().size() - 1 && pooling != Pooling.MEAN) {
            // Of the last layer only one token is wanted.
            heads = oneToken(heads);
            residual = oneToken(plain());
        }
        addend = blocks.linear(layer.attention().output(), heads);
        if (!layer.normsBefore() && before != null) {
            residual = normed(before);
        }
        writer.scope("layers." + index + ".mlp");
        String mlpInput = layer.normsBefore() ? normed(layer.mlpNorm()) : plain();
        addend = mlp(layer.mlp(), mlpInput);
        if (!layer.normsBefore()) {
            residual = normed(layer.mlpNorm());
        }
    }

    private String mlp(Mlp mlp, String x) {
        Linear gate = mlp.gate();
        if (gate == null) {
            return blocks.linear(mlp.down(), blocks.activation(mlp.activation(), blocks.linear(mlp.up(), x)));
        }
        String opening = blocks.activation(mlp.activation(), blocks.linear(gate, x));
        return blocks.linear(mlp.down(), writer.node("Mul", opening, blocks.linear(mlp.up(), x)));
    }

    /** The residual with what was added to it. */
    private String plain() {
        if (addend != null) {
            residual = writer.node("Add", residual, addend);
            addend = null;
        }
        return residual;
    }

    private String normed(Norm norm) {
        if (addend == null) {
            return blocks.norm(norm, residual);
        }
        Operators.Sum sum = blocks.addAndNorm(norm, residual, addend);
        residual = sum.sum();
        addend = null;
        return sum.normed();
    }

    /** From (batch, sequence, width) to (batch, width). */
    private String oneToken(String x) {
        if (pooling == Pooling.FIRST) {
            return writer.node("Gather", Map.of("axis", integer(1)), x, constants.integer(0));
        }
        String last = writer.node("Sub", attention.lengths(), constants.integer(1));
        String row = writer.node("Unsqueeze", last, constants.integers(1));
        return writer.node("GatherND", Map.of("batch_dims", integer(1)), x, row);
    }

    /** As a product, so that the states are read once and no masked copy is written. */
    private String mean(String states) {
        String counted = writer.node("Cast", Map.of("to", integer(ElementType.FLOAT.number())), attention.present());
        String sums = writer.node("MatMul", writer.node("Unsqueeze", counted, constants.integers(1)), states);
        String counts = writer.node("Cast", Map.of("to", integer(ElementType.FLOAT.number())), attention.lengths());
        return writer.node(
                "Div",
                writer.node("Squeeze", sums, constants.integers(1)),
                writer.node("Unsqueeze", counts, constants.integers(1)));
    }

    private String classified(Classifier classifier, String pooled) {
        String dense = blocks.activation(classifier.activation(), blocks.linear(classifier.dense(), pooled));
        Norm norm = classifier.norm();
        return blocks.linear(classifier.output(), norm == null ? dense : blocks.norm(norm, dense));
    }

    private void result(String x, ElementType compute) {
        boolean isFloat = compute == ElementType.FLOAT;
        Map<String, Attribute> attributes = isFloat ? Map.of() : Map.of("to", integer(ElementType.FLOAT.number()));
        writer.write(
                GraphWriter.STANDARD,
                isFloat ? "Identity" : "Cast",
                "result",
                attributes,
                List.of(x),
                List.of("result"));
        writer.output("result", ElementType.FLOAT, "batch", spec.width());
    }
}
