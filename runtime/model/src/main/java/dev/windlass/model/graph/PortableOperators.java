package dev.windlass.model.graph;

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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Standard operators only, with the inputs and outputs that Hugging Face's optimum exports. */
final class PortableOperators implements Operators {
    private static final double MASKED = -3.0e38;

    private final GraphWriter writer;
    private final Constants constants;
    private final int vocabularySize;
    private final int maximumPositions;
    private final Map<Rotary, Turn> turns = new HashMap<>();
    private final Map<Integer, String> masks = new HashMap<>();

    /** The cosines and sines of the input's positions, (batch, 1, sequence, width / 2). */
    private record Turn(String cosines, String sines) {}

    PortableOperators(GraphWriter writer, Constants constants, int vocabularySize, int maximumPositions) {
        this.writer = writer;
        this.constants = constants;
        this.vocabularySize = vocabularySize;
        this.maximumPositions = maximumPositions;
        writer.input("input_ids", ElementType.INT64, "batch", "sequence");
        writer.input("attention_mask", ElementType.INT64, "batch", "total");
        writer.input("position_ids", ElementType.INT64, "batch", "sequence");
    }

    @Override
    public String tokens(Table table) {
        return writer.node("Gather", matrix(table.name()), "input_ids");
    }

    @Override
    public String positions(Table table) {
        return writer.node("Gather", matrix(table.name()), "position_ids");
    }

    @Override
    public String linear(Linear linear, String x) {
        String product = product(linear.name(), x);
        return linear.bias() == null
                ? product
                : writer.node("Add", product, constants.vector(linear.biasName(), linear.outputs()));
    }

    @Override
    public String tiedHead(Table table, String x) {
        return product(table.name(), x);
    }

    /** Runtimes fold the transposition, or multiply by the transposed matrix at no cost. */
    private String product(String name, String x) {
        return writer.node("MatMul", x, transposed(matrix(name), 1, 0));
    }

    private String matrix(String name) {
        return switch (constants.stored(name)) {
            case StoredWeight.Dense dense -> constants.matrix(name, dense);
            case StoredWeight.Quantized _ ->
                throw new IllegalArgumentException(
                        "weight %s: standard operators need plain values, found quantised ones".formatted(name));
        };
    }

    @Override
    public String norm(Norm norm, String x) {
        String weight = constants.vector(norm.name(), norm.width());
        if (norm.centred()) {
            Map<String, Attribute> attributes =
                    Map.of("axis", integer(-1), "epsilon", new Attribute.Real((float) norm.epsilon()));
            return norm.bias() == null
                    ? writer.node("LayerNormalization", attributes, x, weight)
                    : writer.node(
                            "LayerNormalization",
                            attributes,
                            x,
                            weight,
                            constants.vector(norm.biasName(), norm.width()));
        }
        String squares = writer.node("Pow", x, constants.scalar(2));
        String mean = writer.node("ReduceMean", Map.of("keepdims", integer(1)), squares, constants.integers(-1));
        String root = writer.node("Sqrt", writer.node("Add", mean, constants.scalar(norm.epsilon())));
        return writer.node("Mul", writer.node("Div", x, root), weight);
    }

    @Override
    public Sum addAndNorm(Norm norm, String residual, String addend) {
        String sum = writer.node("Add", residual, addend);
        return new Sum(sum, norm(norm, sum));
    }

    @Override
    public String attention(int layer, Attention attention, String stacked) {
        int keyValueHeads = attention.keyValueHeads();
        int size = attention.headSize();
        int width = attention.keyValueWidth();
        List<String> parts = split(stacked, attention.queryWidth(), width, width);
        String query = turned(attention, heads(parts.get(0), attention.queryNorm(), attention.heads(), size));
        String key = turned(attention, heads(parts.get(1), attention.keyNorm(), keyValueHeads, size));
        String keys = withPast(layer, "key", attention, key);
        String values = withPast(layer, "value", attention, heads(parts.get(2), null, keyValueHeads, size));

        // (batch, key heads, queries of one key head, sequence, size) meets (batch, key heads, 1, size, total).
        int group = attention.heads() / keyValueHeads;
        String grouped = writer.node("Reshape", query, constants.integers(0, keyValueHeads, group, -1, size));
        String keysAcross = transposed(writer.node("Unsqueeze", keys, constants.integers(2)), 0, 1, 2, 4, 3);
        String scores =
                writer.node("Mul", writer.node("MatMul", grouped, keysAcross), constants.scalar(attention.scale()));
        scores = DecoderWalk.softcap(writer, constants, scores, attention.softcap());
        String shares =
                writer.node("Softmax", Map.of("axis", integer(-1)), writer.node("Add", scores, mask(attention)));
        String mixed = writer.node("MatMul", shares, writer.node("Unsqueeze", values, constants.integers(2)));
        String joined = writer.node("Reshape", mixed, constants.integers(0, attention.heads(), -1, size));
        return writer.node("Reshape", transposed(joined, 0, 2, 1, 3), constants.integers(0, 0, attention.queryWidth()));
    }

    /** From (batch, sequence, width) to (batch, heads, sequence, size). */
    private String heads(String x, @Nullable Norm norm, int heads, int size) {
        boolean all = norm != null && norm.width() == (long) heads * size;
        String input = norm != null && all ? norm(norm, x) : x;
        String split = writer.node("Reshape", input, constants.integers(0, 0, heads, size));
        return transposed(norm != null && !all ? norm(norm, split) : split, 0, 2, 1, 3);
    }

    private String withPast(int layer, String part, Attention attention, String x) {
        int heads = attention.keyValueHeads();
        int size = attention.headSize();
        String past =
                writer.input("past_key_values." + layer + "." + part, ElementType.FLOAT, "batch", heads, "past", size);
        String present = "present." + layer + "." + part;
        Map<String, Attribute> attributes = Map.of("axis", integer(2));
        writer.write(STANDARD, "Concat", writer.unique(present), attributes, List.of(past, x), List.of(present));
        writer.output(present, ElementType.FLOAT, "batch", heads, "total", size);
        return present;
    }

    /** Turns each pair of elements {@code width / 2} apart by its angle. */
    private String turned(Attention attention, String x) {
        Rotary rotary = attention.rotary();
        if (rotary == null) {
            return x;
        }
        Turn turn = turns.computeIfAbsent(rotary, this::turn);
        int half = rotary.paddedWidth() / 2;
        int rest = attention.headSize() - 2 * half;
        List<String> parts = rest == 0 ? split(x, half, half) : split(x, half, half, rest);
        String first = parts.get(0);
        String second = parts.get(1);
        String left =
                writer.node("Sub", writer.node("Mul", first, turn.cosines()), writer.node("Mul", second, turn.sines()));
        String right =
                writer.node("Add", writer.node("Mul", second, turn.cosines()), writer.node("Mul", first, turn.sines()));
        List<String> joined = rest == 0 ? List.of(left, right) : List.of(left, right, parts.get(2));
        return writer.node(STANDARD, "Concat", Map.of("axis", integer(-1)), joined, 1)
                .getFirst();
    }

    private Turn turn(Rotary rotary) {
        String name = "rotary." + turns.size();
        RotaryTable table = RotaryTable.of(rotary, maximumPositions);
        return new Turn(
                ofPositions(constants.table(name + ".cos", table.cosines(), table.rows(), table.columns())),
                ofPositions(constants.table(name + ".sin", table.sines(), table.rows(), table.columns())));
    }

    private String ofPositions(String table) {
        return writer.node("Unsqueeze", writer.node("Gather", table, "position_ids"), constants.integers(1));
    }

    /** What is added to the scores: nothing where a query may look, (batch, 1, 1, sequence, total). */
    private String mask(Attention attention) {
        return masks.computeIfAbsent(attention.window(), this::windowMask);
    }

    private String windowMask(int window) {
        String total = length("attention_mask");
        String past = writer.node("Sub", total, length("input_ids"));
        String keys = writer.node("Range", constants.integer(0), total, constants.integer(1));
        String queries = writer.node(
                "Unsqueeze", writer.node("Range", past, total, constants.integer(1)), constants.integers(1));
        String allowed = writer.node("LessOrEqual", keys, queries);
        if (window != 0) {
            String first = writer.node("Sub", queries, constants.integer(window));
            allowed = writer.node("And", allowed, writer.node("Greater", keys, first));
        }
        String present = writer.node(
                "Unsqueeze",
                writer.node("Greater", "attention_mask", constants.integer(0)),
                constants.integers(1, 2, 3));
        return writer.node(
                "Where", writer.node("And", allowed, present), constants.scalar(0), constants.scalar(MASKED));
    }

    /** The size of the second axis of an input, as a scalar. */
    private String length(String input) {
        return writer.node("Gather", writer.node("Shape", input), constants.integer(1));
    }

    private String transposed(String x, long... axes) {
        List<Long> permutation = Arrays.stream(axes).boxed().toList();
        return writer.node("Transpose", Map.of("perm", new Attribute.Ints(permutation)), x);
    }

    private List<String> split(String x, long... sizes) {
        return writer.node(
                STANDARD, "Split", Map.of("axis", integer(-1)), List.of(x, constants.integers(sizes)), sizes.length);
    }

    @Override
    public String activation(Activation activation, String x) {
        return switch (activation) {
            case SILU -> writer.node("Mul", x, writer.node("Sigmoid", x));
            case GELU -> writer.node("Gelu", x);
            case GELU_TANH -> writer.node("Gelu", Map.of("approximate", new Attribute.Text("tanh")), x);
            case RELU -> writer.node("Relu", x);
            case TANH -> writer.node("Tanh", x);
        };
    }

    @Override
    public String select(String x) {
        return x;
    }

    @Override
    public void logits(String x) {
        writer.write(STANDARD, "Identity", "logits", Map.of(), List.of(x), List.of("logits"));
        writer.output("logits", ElementType.FLOAT, "batch", "sequence", vocabularySize);
    }

    private static Attribute integer(long value) {
        return new Attribute.Int(value);
    }
}
