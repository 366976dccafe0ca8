package dev.windlass.onnx;

import dev.windlass.onnx.DecoderGraph.CacheLayer;
import dev.windlass.onnx.graph.Attribute;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Graph;
import dev.windlass.onnx.graph.Initializer;
import dev.windlass.onnx.graph.Node;
import dev.windlass.onnx.graph.ValueInfo;
import dev.windlass.onnx.graph.ValueInfo.Dimension;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A two-layer Llama-like decoder with random weights: real operators, small enough for thousands of steps a second. */
final class TinyDecoder {
    static final int VOCABULARY = 48;
    static final int POSITIONS = 64;
    private static final int HIDDEN = 32;
    private static final int HEADS = 4;
    private static final int CACHED_HEADS = 2;
    private static final int HEAD_SIZE = 16;
    private static final int LAYERS = 2;

    private final Random random = new Random(7);
    private final Arena arena = Arena.ofAuto();
    private final List<Initializer> initializers = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();

    private TinyDecoder() {}

    static DecoderGraph graph() {
        return new TinyDecoder().build(POSITIONS + 1);
    }

    static DecoderGraph graphWithRotaryRows(int rows) {
        return new TinyDecoder().build(rows);
    }

    private DecoderGraph build(int rotaryRows) {
        input("input_ids", ElementType.INT64, "B", "S");
        input("seqlens_k", ElementType.INT32, "B");
        inputs.add(new ValueInfo("total_sequence_length", ElementType.INT32, List.of(new Dimension.Fixed(1))));
        inputs.add(new ValueInfo(
                "logits_rows", ElementType.INT64, List.of(new Dimension.Symbolic("R"), new Dimension.Fixed(2))));
        outputs.add(new ValueInfo(
                "logits", ElementType.FLOAT, List.of(new Dimension.Symbolic("R"), new Dimension.Fixed(VOCABULARY))));
        rotary(rotaryRows);
        weight("embedding", VOCABULARY, HIDDEN);
        node("Gather", "", List.of("embedding", "input_ids"), List.of("residual.0"), Map.of());
        for (int layer = 0; layer < LAYERS; layer++) {
            layer(layer);
        }
        ones("norm", HIDDEN);
        norm("residual." + LAYERS, "norm", "normed");
        node("GatherND", "", List.of("normed", "logits_rows"), List.of("selected"), Map.of());
        weight("head", HIDDEN, VOCABULARY);
        node("MatMul", "", List.of("selected", "head"), List.of("logits"), Map.of());
        List<CacheLayer> layers = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            layers.add(new CacheLayer(CACHED_HEADS, HEAD_SIZE));
        }
        var graph = new Graph("tiny", inputs, outputs, initializers, nodes, Map.of("", 21, "com.microsoft", 1));
        return new DecoderGraph(graph, VOCABULARY, POSITIONS, false, ElementType.FLOAT, layers);
    }

    private void layer(int layer) {
        for (String side : List.of("past", "present")) {
            for (String kind : List.of("key", "value")) {
                var info = new ValueInfo(
                        "%s_%s.%d".formatted(side, kind, layer),
                        ElementType.FLOAT,
                        List.of(
                                new Dimension.Symbolic("B"),
                                new Dimension.Fixed(CACHED_HEADS),
                                new Dimension.Symbolic("M"),
                                new Dimension.Fixed(HEAD_SIZE)));
                (side.equals("past") ? inputs : outputs).add(info);
            }
        }
        String at = "." + layer;
        String residual = "residual" + at;
        ones("norm1" + at, HIDDEN);
        norm(residual, "norm1" + at, "normed1" + at);
        weight("qkv" + at, HIDDEN, (HEADS + 2 * CACHED_HEADS) * HEAD_SIZE);
        node("MatMul", "", List.of("normed1" + at, "qkv" + at), List.of("packed" + at), Map.of());
        node(
                "GroupQueryAttention",
                "com.microsoft",
                List.of(
                        "packed" + at,
                        "",
                        "",
                        "past_key" + at,
                        "past_value" + at,
                        "seqlens_k",
                        "total_sequence_length",
                        "cos",
                        "sin"),
                List.of("attended" + at, "present_key" + at, "present_value" + at),
                Map.of(
                        "num_heads",
                        new Attribute.Int(HEADS),
                        "kv_num_heads",
                        new Attribute.Int(CACHED_HEADS),
                        "do_rotary",
                        new Attribute.Int(1)));
        weight("o" + at, HEADS * HEAD_SIZE, HIDDEN);
        node("MatMul", "", List.of("attended" + at, "o" + at), List.of("projected" + at), Map.of());
        ones("norm2" + at, HIDDEN);
        node(
                "SkipSimplifiedLayerNormalization",
                "com.microsoft",
                List.of("projected" + at, residual, "norm2" + at),
                List.of("normed2" + at, "", "", "sum" + at),
                Map.of("epsilon", new Attribute.Real(1e-5f)));
        weight("up" + at, HIDDEN, HIDDEN);
        node("MatMul", "", List.of("normed2" + at, "up" + at), List.of("raised" + at), Map.of());
        node(
                "QuickGelu",
                "com.microsoft",
                List.of("raised" + at),
                List.of("active" + at),
                Map.of("alpha", new Attribute.Real(1)));
        node("Add", "", List.of("active" + at, "sum" + at), List.of("residual." + (layer + 1)), Map.of());
    }

    private void norm(String input, String weight, String output) {
        node(
                "SimplifiedLayerNormalization",
                "",
                List.of(input, weight),
                List.of(output),
                Map.of("axis", new Attribute.Int(-1), "epsilon", new Attribute.Real(1e-5f)));
    }

    private void rotary(int rows) {
        int half = HEAD_SIZE / 2;
        float[] cos = new float[rows * half];
        float[] sin = new float[rows * half];
        for (int position = 0; position < rows; position++) {
            for (int i = 0; i < half; i++) {
                double angle = position / Math.pow(10000, (double) i / half);
                cos[position * half + i] = (float) Math.cos(angle);
                sin[position * half + i] = (float) Math.sin(angle);
            }
        }
        initializer("cos", List.of((long) rows, (long) half), cos);
        initializer("sin", List.of((long) rows, (long) half), sin);
    }

    private void weight(String name, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 0.3f;
        }
        initializer(name, List.of((long) rows, (long) columns), values);
    }

    private void ones(String name, int length) {
        float[] values = new float[length];
        java.util.Arrays.fill(values, 1);
        initializer(name, List.of((long) length), values);
    }

    private void initializer(String name, List<Long> shape, float[] values) {
        MemorySegment data = arena.allocate(values.length * 4L, 64);
        data.copyFrom(MemorySegment.ofArray(values));
        initializers.add(new Initializer(name, ElementType.FLOAT, shape, data));
    }

    private void input(String name, ElementType type, String... axes) {
        List<Dimension> shape = new ArrayList<>();
        for (String axis : axes) {
            shape.add(new Dimension.Symbolic(axis));
        }
        inputs.add(new ValueInfo(name, type, shape));
    }

    private void node(
            String operator, String domain, List<String> in, List<String> out, Map<String, Attribute> attributes) {
        nodes.add(new Node(operator, domain, "node" + nodes.size(), in, out, attributes));
    }

    static float[] floats(MemorySegment row) {
        return row.toArray(ValueLayout.JAVA_FLOAT);
    }
}
