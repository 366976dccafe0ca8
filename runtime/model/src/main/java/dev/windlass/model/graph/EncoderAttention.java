package dev.windlass.model.graph;

import static dev.windlass.model.graph.FusedBlocks.integer;
import static dev.windlass.model.graph.FusedBlocks.real;
import static dev.windlass.model.graph.GraphWriter.MICROSOFT;
import static dev.windlass.model.graph.GraphWriter.STANDARD;

import dev.windlass.model.config.Rotary;
import dev.windlass.model.family.EncoderSpec.Attention;
import dev.windlass.onnx.graph.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attention in both directions by ONNX Runtime's MultiHeadAttention, and what is known of the texts' lengths. */
final class EncoderAttention {
    /** What is added to the scores of positions out of reach: of a share of e to its power nothing is left. */
    private static final double OUT_OF_REACH = -1e30;

    private final GraphWriter writer;
    private final Constants constants;
    private final int maximumPositions;
    private final Map<Rotary, List<String>> rotaryTables = new HashMap<>();
    private final Map<Integer, String> reaches = new HashMap<>();
    private @Nullable String sequenceLength;
    private @Nullable String lengths;
    private @Nullable String positions;
    private @Nullable String present;

    EncoderAttention(GraphWriter writer, Constants constants, int maximumPositions) {
        this.writer = writer;
        this.constants = constants;
        this.maximumPositions = maximumPositions;
    }

    /** How many tokens the longest text has, int64 (1). */
    String sequenceLength() {
        if (sequenceLength == null) {
            sequenceLength = writer.node("Shape", Map.of("start", integer(1), "end", integer(2)), "input_ids");
        }
        return sequenceLength;
    }

    /** How many tokens each text has, int64 (batch). */
    String lengths() {
        if (lengths == null) {
            lengths = writer.node("Cast", Map.of("to", integer(ElementType.INT64.number())), "lengths");
        }
        return lengths;
    }

    /** The numbers of all positions, int64 (sequence). */
    private String positions() {
        if (positions == null) {
            String end = writer.node("Squeeze", sequenceLength());
            positions = writer.node("Range", constants.integer(0), end, constants.integer(1));
        }
        return positions;
    }

    /** Where each text has a token rather than padding, bool (batch, sequence). */
    String present() {
        if (present == null) {
            present = writer.node("Less", positions(), writer.node("Unsqueeze", lengths(), constants.integers(1)));
        }
        return present;
    }

    /** From the stacked queries, keys and values to the heads side by side, before the output projection. */
    String heads(Attention attention, String stacked) {
        int width = attention.width();
        List<String> parts = writer.node(
                STANDARD,
                "Split",
                Map.of("axis", integer(-1)),
                List.of(stacked, constants.integers(width, width, width)),
                3);
        Rotary rotary = attention.rotary();
        List<String> inputs = new ArrayList<>(List.of(
                rotary == null ? parts.get(0) : turned(attention, rotary, parts.get(0)),
                rotary == null ? parts.get(1) : turned(attention, rotary, parts.get(1)),
                parts.get(2),
                "",
                "lengths"));
        if (attention.reach() != 0) {
            inputs.add(reaches.computeIfAbsent(attention.reach(), this::withinReach));
        }
        return writer.node(
                        MICROSOFT,
                        "MultiHeadAttention",
                        Map.of(
                                "num_heads", integer(attention.heads()),
                                "scale", real(1 / Math.sqrt(attention.headSize()))),
                        inputs,
                        1)
                .getFirst();
    }

    private String turned(Attention attention, Rotary rotary, String x) {
        if (attention.headSize() % 16 != 0) {
            throw new IllegalArgumentException("attention: expected a head size that is a multiple of 16, found %d"
                    .formatted(attention.headSize()));
        }
        List<String> inputs = new ArrayList<>(List.of(x, constants.integers(0)));
        inputs.addAll(rotaryTables.computeIfAbsent(rotary, this::rotaryTable));
        return writer.node(MICROSOFT, "RotaryEmbedding", Map.of("num_heads", integer(attention.heads())), inputs, 1)
                .getFirst();
    }

    private List<String> rotaryTable(Rotary rotary) {
        String name = "rotary." + rotaryTables.size();
        RotaryTable table = RotaryTable.of(rotary, maximumPositions);
        return List.of(
                constants.table(name + ".cos", table.cosines(), table.rows(), table.columns()),
                constants.table(name + ".sin", table.sines(), table.rows(), table.columns()));
    }

    /** What is added to all texts' scores, (1, 1, sequence, sequence): nothing within reach. */
    private String withinReach(int reach) {
        String column = writer.node("Unsqueeze", positions(), constants.integers(1));
        String distance = writer.node("Abs", writer.node("Sub", positions(), column));
        String near = writer.node("LessOrEqual", distance, constants.integer(reach));
        String bias = writer.node("Where", near, constants.scalar(0), constants.scalar(OUT_OF_REACH));
        return writer.node("Unsqueeze", bias, constants.integers(0, 1));
    }
}
