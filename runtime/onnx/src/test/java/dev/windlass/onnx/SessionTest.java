package dev.windlass.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.windlass.onnx.ffi.OnnxException;
import dev.windlass.onnx.graph.Attribute;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Graph;
import dev.windlass.onnx.graph.Initializer;
import dev.windlass.onnx.graph.Node;
import dev.windlass.onnx.graph.ValueInfo;
import dev.windlass.onnx.graph.ValueInfo.Dimension;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
    private final OnnxRuntime runtime = OnnxRuntime.open();
    private final Device device = runtime.cpu();
    private final Arena arena = Arena.ofAuto();

    @AfterEach
    void close() {
        device.close();
        runtime.close();
    }

    @Test
    void loadsTheVersionFromTheClassPath() {
        assertThat(runtime.version()).isEqualTo("1.29.0");
        assertThat(runtime.buildInfo()).contains("git-commit-id=2e2543fbe9");
    }

    @Test
    void dequantisesAndNormalises() {
        int size = 32;
        var nibbles = arena.allocate(size * size / 2);
        var scales = arena.allocate(ValueLayout.JAVA_FLOAT, size);
        var weight = arena.allocate(ValueLayout.JAVA_FLOAT, size);
        for (int row = 0; row < size; row++) {
            // Row r is r % 7 everywhere: stored with 8 added.
            nibbles.asSlice(row * size / 2L, size / 2).fill((byte) ((row % 7 + 8) * 17));
            scales.setAtIndex(ValueLayout.JAVA_FLOAT, row, 0.5f);
            weight.setAtIndex(ValueLayout.JAVA_FLOAT, row, 1);
        }
        var graph = new Graph(
                "g",
                List.of(value("a", "n", size), value("r", "n", size)),
                List.of(value("y", "n", size), value("sum", "n", size)),
                List.of(
                        new Initializer("w", ElementType.UINT8, List.of(32L, 1L, 16L), nibbles),
                        new Initializer("s", ElementType.FLOAT, List.of(32L, 1L), scales),
                        new Initializer("g", ElementType.FLOAT, List.of(32L), weight)),
                List.of(
                        new Node(
                                "MatMulNBits",
                                "com.microsoft",
                                "mm",
                                List.of("a", "w", "s"),
                                List.of("t"),
                                Map.of(
                                        "K", new Attribute.Int(size),
                                        "N", new Attribute.Int(size),
                                        "bits", new Attribute.Int(4),
                                        "block_size", new Attribute.Int(32))),
                        new Node(
                                "SkipSimplifiedLayerNormalization",
                                "com.microsoft",
                                "ln",
                                List.of("t", "r", "g"),
                                List.of("y", "", "", "sum"),
                                Map.of())),
                Map.of("", 21, "com.microsoft", 1));
        float[] ones = new float[size];
        java.util.Arrays.fill(ones, 1);
        try (Session session = open(graph)) {
            Map<String, Tensor> result = session.run(
                    Map.of("a", Tensor.ofFloats(List.of(1L, 32L), ones), "r", Tensor.ofFloats(List.of(1L, 32L), ones)));
            float[] sum = floats(result, "sum");
            double square = 0;
            for (int i = 0; i < size; i++) {
                assertThat(sum[i]).isCloseTo(i % 7 * 0.5f * size + 1, within(0.01f));
                square += (double) sum[i] * sum[i];
            }
            double scale = 1 / Math.sqrt(square / size);
            assertThat(floats(result, "y")[5]).isCloseTo((float) (sum[5] * scale), within(0.001f));
        }
    }

    @Test
    void tellsItsInputsAndOutputs() {
        try (Session session = open(doubling())) {
            assertThat(session.inputs())
                    .containsExactly(new ValueInfo(
                            "x", ElementType.FLOAT, List.of(new Dimension.Symbolic(""), new Dimension.Fixed(2))));
            assertThat(session.outputs()).extracting(ValueInfo::name).containsExactly("y");
        }
    }

    @Test
    void namesTheNodeOfAnUnknownOperator() {
        var graph = new Graph(
                "g",
                List.of(value("x", "n", 2)),
                List.of(value("y", "n", 2)),
                List.of(),
                List.of(new Node("Frobnicate", "", "culprit", List.of("x"), List.of("y"), Map.of())),
                Map.of("", 21));
        long before = runtime.liveHandles();
        assertThatThrownBy(() -> open(graph)).isInstanceOf(OnnxException.class).hasMessageContaining("Frobnicate");
        assertThat(runtime.liveHandles()).isEqualTo(before);
    }

    @Test
    void releasesWhatItBuiltWhenAnInitializerIsRefused() {
        var data = arena.allocate(256);
        var twice = new Initializer("w", ElementType.FLOAT, List.of(64L), data);
        var graph = new Graph("g", List.of(), List.of(), List.of(twice, twice), List.of(), Map.of("", 21));
        long before = runtime.liveHandles();
        assertThatThrownBy(() -> open(graph))
                .isInstanceOfSatisfying(
                        OnnxException.class,
                        failure -> assertThat(failure.code()).isEqualTo(OnnxException.Code.INVALID_ARGUMENT))
                .hasMessageContaining("already been added");
        assertThat(runtime.liveHandles()).isEqualTo(before);
    }

    @Test
    void refusesToRunOnceClosed() {
        Session session = open(doubling());
        session.close();
        assertThatThrownBy(() -> session.run(Map.of("x", Tensor.ofFloats(List.of(1L, 2L), 1, 2))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void saysWhichInputIsMissing() {
        try (Session session = open(doubling())) {
            assertThatThrownBy(() -> session.run(Map.of()))
                    .isInstanceOf(OnnxException.class)
                    .hasMessageContaining("x");
        }
    }

    @Test
    void saysThatAFileIsNoModel(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("model.onnx");
        Files.writeString(file, "certainly no protobuf");
        assertThatThrownBy(() -> runtime.open(file, device, SessionOptions.defaults()))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("model.onnx");
    }

    private static float[] floats(Map<String, Tensor> results, String name) {
        return Objects.requireNonNull(results.get(name), name).floats();
    }

    private Session open(Graph graph) {
        return runtime.open(graph, device, SessionOptions.defaults().withThreads(1));
    }

    private Graph doubling() {
        MemorySegment two = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 2);
        return new Graph(
                "doubling",
                List.of(value("x", "n", 2)),
                List.of(value("y", "n", 2)),
                List.of(new Initializer("two", ElementType.FLOAT, List.of(), two)),
                List.of(new Node("Mul", "", "double", List.of("x", "two"), List.of("y"), Map.of())),
                Map.of("", 21));
    }

    private static ValueInfo value(String name, String rows, int columns) {
        return new ValueInfo(
                name, ElementType.FLOAT, List.of(new Dimension.Symbolic(rows), new Dimension.Fixed(columns)));
    }
}
