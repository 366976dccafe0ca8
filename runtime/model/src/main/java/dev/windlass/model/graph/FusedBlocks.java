package dev.windlass.model.graph;

import static dev.windlass.model.graph.GraphWriter.MICROSOFT;
import static dev.windlass.model.graph.GraphWriter.STANDARD;

import dev.windlass.model.config.Activation;
import dev.windlass.model.family.DecoderSpec.Linear;
import dev.windlass.model.family.DecoderSpec.Norm;
import dev.windlass.model.family.DecoderSpec.Table;
import dev.windlass.model.weight.StoredWeight;
import dev.windlass.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts that decoders and encoders have in common, in ONNX Runtime's own operators: all but attention. */
final class FusedBlocks {
    private final GraphWriter writer;
    private final Constants constants;

    FusedBlocks(GraphWriter writer, Constants constants) {
        this.writer = writer;
        this.constants = constants;
    }

    /** The rows of a table for the input tokens. */
    String tokens(Table table) {
        return switch (constants.stored(table.name())) {
            case StoredWeight.Dense dense -> writer.node("Gather", constants.matrix(table.name(), dense), "input_ids");
            case StoredWeight.Quantized quantized -> quantizedRows(table, quantized);
        };
    }

    private String quantizedRows(Table table, StoredWeight.Quantized weight) {
        String name = table.name();
        long blocks = Constants.blocks(weight);
        Map<String, Attribute> attributes = Map.of(
                "bits", integer(weight.bits()),
                "block_size", integer(weight.block()),
                "gather_axis", integer(0),
                "quantize_axis", integer(1));
        // The output projection has the same bytes with an axis for the blocks.
        String values = constants.bytes(
                name + ".rows", weight.values(), weight.rows(), blocks * weight.block() * weight.bits() / 8);
        List<String> inputs =
                List.of(values, "input_ids", constants.scales(name, weight), constants.zeroPoints(name, weight));
        String rows = writer.node(MICROSOFT, "GatherBlockQuantized", attributes, inputs, 1)
                .getFirst();
        return blocks * weight.block() == weight.columns()
                ? rows
                : writer.node(
                        "Slice",
                        rows,
                        constants.integers(0),
                        constants.integers(weight.columns()),
                        constants.integers(2));
    }

    String linear(Linear linear, String x) {
        String bias = linear.bias() == null ? null : constants.vector(linear.biasName(), linear.outputs());
        return product(linear.name(), bias, x);
    }

    /** The product with a table, transposed. */
    String tiedHead(Table table, String x) {
        return product(table.name(), null, x);
    }

    private String product(String name, @Nullable String bias, String x) {
        return switch (constants.stored(name)) {
            case StoredWeight.Dense dense -> {
                Map<String, Attribute> attributes = Map.of("transB", integer(1));
                List<String> inputs = List.of(x, constants.matrix(name, dense));
                String product = writer.node(MICROSOFT, "FusedMatMul", attributes, inputs, 1)
                        .getFirst();
                yield bias == null ? product : writer.node("Add", product, bias);
            }
            case StoredWeight.Quantized quantized -> quantizedProduct(name, quantized, bias, x);
        };
    }

    private String quantizedProduct(String name, StoredWeight.Quantized weight, @Nullable String bias, String x) {
        long blocks = Constants.blocks(weight);
        // Only level 4, int8 activations, has fast kernels for all widths on CPUs.
        Map<String, Attribute> attributes = Map.of(
                "K", integer(weight.columns()),
                "N", integer(weight.rows()),
                "bits", integer(weight.bits()),
                "block_size", integer(weight.block()),
                "accuracy_level", integer(4));
        String values = constants.bytes(
                name, weight.values(), weight.rows(), blocks, (long) weight.block() * weight.bits() / 8);
        List<String> inputs =
                new ArrayList<>(List.of(x, values, constants.scales(name, weight), constants.zeroPoints(name, weight)));
        if (bias != null) {
            inputs.add("");
            inputs.add(bias);
        }
        return writer.node(MICROSOFT, "MatMulNBits", attributes, inputs, 1).getFirst();
    }

    String norm(Norm norm, String x) {
        Map<String, Attribute> attributes = Map.of("axis", integer(-1), "epsilon", real(norm.epsilon()));
        List<String> inputs = normInputs(norm, x);
        return writer.node(
                        STANDARD,
                        norm.centred() ? "LayerNormalization" : "SimplifiedLayerNormalization",
                        attributes,
                        inputs,
                        1)
                .getFirst();
    }

    Operators.Sum addAndNorm(Norm norm, String residual, String addend) {
        Map<String, Attribute> attributes = Map.of("epsilon", real(norm.epsilon()));
        List<String> inputs = new ArrayList<>(List.of(residual));
        inputs.addAll(normInputs(norm, addend));
        String operator = norm.centred() ? "SkipLayerNormalization" : "SkipSimplifiedLayerNormalization";
        String name = writer.unique(norm.name());
        Operators.Sum sum = new Operators.Sum(name + ".sum", name + ".out");
        writer.write(MICROSOFT, operator, name, attributes, inputs, List.of(sum.normed(), "", "", sum.sum()));
        return sum;
    }

    private List<String> normInputs(Norm norm, String x) {
        String weight = constants.vector(norm.name(), norm.width());
        return norm.bias() == null
                ? List.of(x, weight)
                : List.of(x, weight, constants.vector(norm.biasName(), norm.width()));
    }

    String activation(Activation activation, String x) {
        return switch (activation) {
            // x * sigmoid(alpha * x), which with an alpha of 1 is SiLU.
            case SILU ->
                writer.node(MICROSOFT, "QuickGelu", Map.of("alpha", real(1)), List.of(x), 1)
                        .getFirst();
            case GELU -> writer.node("Gelu", x);
            case GELU_TANH -> writer.node("Gelu", Map.of("approximate", new Attribute.Text("tanh")), x);
            case RELU -> writer.node("Relu", x);
            case TANH -> writer.node("Tanh", x);
        };
    }

    static Attribute integer(long value) {
        return new Attribute.Int(value);
    }

    static Attribute real(double value) {
        return new Attribute.Real((float) value);
    }
}
