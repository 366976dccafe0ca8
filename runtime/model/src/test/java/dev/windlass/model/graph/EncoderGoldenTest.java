package dev.windlass.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.engine.run.EncoderModel;
import dev.windlass.engine.run.EncoderText;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.config.Pooling;
import dev.windlass.model.family.EncoderSpec;
import dev.windlass.model.family.Families;
import dev.windlass.model.safetensors.SafetensorsCheckpoint;
import dev.windlass.onnx.Device;
import dev.windlass.onnx.EncoderRunner;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every encoder against what transformers computes, as hack/golden/encoder_golden.py wrote it down. */
class EncoderGoldenTest {
    private static final float TOLERANCE = 1e-4f;

    private static OnnxRuntime runtime;
    private static Device device;

    @BeforeAll
    static void open() {
        runtime = OnnxRuntime.open();
        device = runtime.cpu();
    }

    @AfterAll
    static void close() {
        device.close();
        runtime.close();
    }

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src/test/resources/encoders"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** A text and what transformers gives for it, by pooling or as logits. */
    private record Input(EncoderText text, JsonNode results) {
        float[] result(Pooling pooling) {
            String name = results.has("logits")
                    ? "logits"
                    : switch (pooling) {
                        case MEAN -> "mean";
                        case FIRST -> "first";
                        case LAST -> "last";
                    };
            float[] values = new float[results.path(name).size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = results.path(name).path(i).floatValue();
            }
            return values;
        }
    }

    private static List<Input> inputs(Path folder) throws IOException {
        List<Input> inputs = new ArrayList<>();
        JsonNode golden =
                new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
        for (JsonNode input : golden.path("inputs")) {
            inputs.add(new Input(
                    new EncoderText(integers(input.path("tokens")), integers(input.path("segments"))), input));
        }
        return inputs;
    }

    private static int[] integers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void computesTextsAloneAndBesideOthersOfOtherLengths(String name) throws IOException {
        Path folder = Path.of("src/test/resources/encoders", name);
        List<Input> inputs = inputs(folder);
        EncoderSpec spec = Families.describeEncoder(ModelConfig.read(folder));
        try (var arena = Arena.ofShared();
                var checkpoint = SafetensorsCheckpoint.open(folder)) {
            var builder = new EncoderGraphBuilder(spec, new FloatWeights(spec.weights(checkpoint), arena), arena);
            for (Pooling pooling : Pooling.values()) {
                var graph = builder.build(ElementType.FLOAT, spec.maximumPositions(), pooling);
                try (EncoderModel model =
                        EncoderRunner.open(runtime, graph, device, GoldenModel.OPTIONS, spec.maximumPositions(), 200)) {
                    for (Input input : inputs) {
                        assertThat(model.run(List.of(input.text()))[0])
                                .as(
                                        "%s of %d tokens alone",
                                        pooling, input.text().length())
                                .usingComparatorWithPrecision(TOLERANCE)
                                .containsExactly(input.result(pooling));
                    }
                    float[][] together =
                            model.run(inputs.stream().map(Input::text).toList());
                    for (int i = 0; i < together.length; i++) {
                        assertThat(together[i])
                                .as("%s of text %d among all", pooling, i)
                                .usingComparatorWithPrecision(TOLERANCE)
                                .containsExactly(inputs.get(i).result(pooling));
                    }
                }
            }
        }
    }
}
