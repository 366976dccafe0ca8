package dev.windlass.model.graph;

import static dev.windlass.model.graph.FusedBlocks.integer;
import static dev.windlass.model.graph.FusedBlocks.real;
import static dev.windlass.model.graph.GraphWriter.MICROSOFT;
import static dev.windlass.model.graph.GraphWriter.STANDARD;

import dev.windlass.model.config.Activation;
import dev.windlass.model.config.Rotary;
import dev.windlass.model.family.DecoderSpec.Attention;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Norm;
import dev.windlass.model.family.DecoderSpec.Table;
import dev.windlass.model.weight.StoredWeight;
import dev.windlass.onnx.graph.Attribute;
import dev.windlass.onnx.graph.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ONNX Runtime's own operators, with the inputs and outputs that DecoderGraph's contract names. */
final class FusedOperators implements Operators {
    private final GraphWriter writer;
    private final Constants constants;
    private final ElementType compute;
    private final int vocabularySize;
    private final int maximumPositions;
    private final FusedBlocks blocks;
    private final Map<Rotary, List<String>> rotaryTables = new HashMap<>();
    private @Nullable String positionIds;

    FusedOperators(
            GraphWriter writer, Constants constants, ElementType compute, int vocabularySize, int maximumPositions) {
        this.writer = writer;
        this.constants = constants;
        this.compute = compute;
        this.vocabularySize = vocabularySize;
        this.maximumPositions = maximumPositions;
        this.blocks = new FusedBlocks(writer, constants);
        writer.input("input_ids", ElementType.INT64, "batch", "sequence");
        writer.input("seqlens_k", ElementType.INT32, "batch");
        writer.input("total_sequence_length", ElementType.INT32, 1);
        writer.input("logits_rows", ElementType.INT64, "rows", 2);
    }

    /** Whether the graph has the input {@code position_ids}. */
    boolean hasPositionIds() {
        return positionIds != null;
    }

    @Override
    public String tokens(Table table) {
        return blocks.tokens(table);
    }

    @Override
    public String linear(Linear linear, String x) {
        return blocks.linear(linear, x);
    }

    @Override
    public String tiedHead(Table table, String x) {
        return blocks.tiedHead(table, x);
    }

    @Override
    public String norm(Norm norm, String x) {
        return blocks.norm(norm, x);
    }

    @Override
    public Sum addAndNorm(Norm norm, String residual, String addend) {
        return blocks.addAndNorm(norm, residual, addend);
    }

    @Override
    public String activation(Activation activation, String x) {
        return blocks.activation(activation, x);
    }

    @Override
    public String positions(Table table) {
        if (!(constants.stored(table.name()) instanceof StoredWeight.Dense dense)) {
            throw new IllegalArgumentException("weight %s: expected plain values".formatted(table.name()));
        }
        positionIds = writer.input("position_ids", ElementType.INT64, "batch", "sequence");
        return writer.node("Gather", constants.matrix(table.name(), dense), positionIds);
    }

    @Override
    public String attention(int layer, Attention attention, String stacked) {
        check(layer, attention);
        int heads = attention.keyValueHeads();
        int size = attention.headSize();
        List<String> inputs = new ArrayList<>(queryKeyValue(attention, stacked));
        for (String part : List.of("key", "value")) {
            inputs.add(writer.input("past_" + part + "." + layer, compute, "batch", heads, "capacity", size));
            writer.output("present_" + part + "." + layer, compute, "batch", heads, "capacity", size);
        }
        inputs.add("seqlens_k");
        inputs.add("total_sequence_length");
        Rotary rotary = attention.rotary();
        if (rotary != null) {
            inputs.addAll(rotaryTables.computeIfAbsent(rotary, this::rotaryTable));
        }
        Map<String, Attribute> attributes = new HashMap<>(Map.of(
                "num_heads", integer(attention.heads()),
                "kv_num_heads", integer(heads),
                "scale", real(attention.scale()),
                "do_rotary", integer(rotary == null ? 0 : 1)));
        if (attention.softcap() != 0) {
            attributes.put("softcap", real(attention.softcap()));
        }
        if (attention.window() != 0) {
            attributes.put("local_window_size", integer(attention.window()));
        }
        String name = writer.unique("layers." + layer + ".attention");
        String result = name + ".out";
        List<String> outputs = List.of(result, "present_key." + layer, "present_value." + layer);
        writer.write(MICROSOFT, "GroupQueryAttention", name, attributes, inputs, outputs);
        return result;
    }

    /** The stacked projections as they are, or in three parts where two of them are normalised. */
    private List<String> queryKeyValue(Attention attention, String stacked) {
        Norm queryNorm = attention.queryNorm();
        Norm keyNorm = attention.keyNorm();
        if (queryNorm == null || keyNorm == null) {
            return List.of(stacked, "", "");
        }
        int width = attention.keyValueWidth();
        List<String> parts = writer.node(
                STANDARD,
                "Split",
                Map.of("axis", integer(-1)),
                List.of(stacked, constants.integers(attention.queryWidth(), width, width)),
                3);
        return List.of(
                headNorm(queryNorm, parts.get(0), attention.heads(), attention.headSize()),
                headNorm(keyNorm, parts.get(1), attention.keyValueHeads(), attention.headSize()),
                parts.get(2));
    }

    private String headNorm(Norm norm, String x, int heads, int size) {
        if (norm.width() == (long) heads * size) {
            return norm(norm, x);
        }
        String split = writer.node("Reshape", x, constants.integers(0, 0, heads, size));
        return writer.node("Reshape", norm(norm, split), constants.integers(0, 0, (long) heads * size));
    }

    private List<String> rotaryTable(Rotary rotary) {
        String name = "rotary." + rotaryTables.size();
        RotaryTable table = RotaryTable.of(rotary, maximumPositions);
        return List.of(
                constants.table(name + ".cos", table.cosines(), table.rows(), table.columns()),
                constants.table(name + ".sin", table.sines(), table.rows(), table.columns()));
    }

    private static void check(int layer, Attention attention) {
        int multiple = attention.rotary() == null ? 8 : 16;
        if (attention.headSize() % multiple != 0) {
            throw new IllegalArgumentException("layer %d: expected a head size that is a multiple of %d, found %d"
                    .formatted(layer, multiple, attention.headSize()));
        }
    }

    @Override
    public String select(String x) {
        return writer.node("GatherND", x, "logits_rows");
    }

    @Override
    public void logits(String x) {
        boolean isFloat = compute == ElementType.FLOAT;
        Map<String, Attribute> attributes = isFloat ? Map.of() : Map.of("to", integer(ElementType.FLOAT.number()));
        writer.write(STANDARD, isFloat ? "Identity" : "Cast", "logits", attributes, List.of(x), List.of("logits"));
        writer.output("logits", ElementType.FLOAT, "rows", vocabularySize);
    }
}
