package dev.windlass.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.onnx.file.OnnxFile;
import dev.windlass.onnx.graph.Graph;
import dev.windlass.onnx.graph.Initializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {
    @TempDir
    private Path directory;

    private final OnnxRuntime runtime = OnnxRuntime.open();
    private final Device device = runtime.cpu();
    private final Graph graph = TinyDecoder.graph().graph();

    @AfterEach
    void close() {
        device.close();
        runtime.close();
    }

    @Test
    void theFileComputesWhatTheGraphComputes() throws IOException {
        Path file = directory.resolve("model.onnx");
        OnnxFile.write(graph, file);
        SessionOptions options = SessionOptions.defaults().withThreads(1);
        try (Session written = runtime.open(file, device, options);
                Session inMemory = runtime.open(graph, device, options)) {
            assertThat(logits(written)).containsExactly(logits(inMemory));
            assertThat(written.inputs())
                    .extracting(info -> info.name())
                    .containsExactlyElementsOf(
                            graph.inputs().stream().map(info -> info.name()).toList());
            assertThat(written.inputs().getFirst()).isEqualTo(graph.inputs().getFirst());
        }
    }

    @Test
    void writesMemoryThatTwoInitializersShareOnce() throws IOException {
        var twice = new ArrayList<>(graph.initializers());
        for (var initializer : graph.initializers()) {
            twice.add(new Initializer(
                    initializer.name() + ".again", initializer.type(), initializer.shape(), initializer.data()));
        }
        OnnxFile.write(graph, directory.resolve("once.onnx"));
        OnnxFile.write(
                new Graph("twice", graph.inputs(), graph.outputs(), twice, graph.nodes(), graph.opsets()),
                directory.resolve("twice.onnx"));
        assertThat(Files.size(directory.resolve("twice.onnx.data")))
                .isEqualTo(Files.size(directory.resolve("once.onnx.data")));
    }

    @Test
    void leavesNothingButTheModelAndItsData() throws IOException {
        OnnxFile.write(graph, directory.resolve("model.onnx"));
        OnnxFile.write(graph, directory.resolve("model.onnx"));
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("model.onnx", "model.onnx.data");
        }
    }

    private static float[] logits(Session session) {
        Map<String, Tensor> feeds = new HashMap<>();
        feeds.put("input_ids", Tensor.ofLongs(List.of(1L, 3L), 5, 6, 7));
        feeds.put("seqlens_k", Tensor.ofInts(List.of(1L), 2));
        feeds.put("total_sequence_length", Tensor.ofInts(List.of(1L), 3));
        feeds.put("logits_rows", Tensor.ofLongs(List.of(2L, 2L), 0, 1, 0, 2));
        for (int layer = 0; layer < 2; layer++) {
            feeds.put("past_key." + layer, Tensor.ofFloats(List.of(1L, 2L, 8L, 16L), new float[256]));
            feeds.put("past_value." + layer, Tensor.ofFloats(List.of(1L, 2L, 8L, 16L), new float[256]));
        }
        return Objects.requireNonNull(session.run(feeds).get("logits")).floats();
    }
}
