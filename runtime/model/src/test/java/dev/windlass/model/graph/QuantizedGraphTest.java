package dev.windlass.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.artifact.Artifact;
import dev.windlass.model.artifact.ArtifactCache;
import dev.windlass.model.artifact.Conversion;
import dev.windlass.model.artifact.Progress;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.family.DecoderSpec;
import dev.windlass.model.family.Families;
import dev.windlass.model.graph.GoldenCase.Prompt;
import dev.windlass.model.weight.Quantization;
import dev.windlass.onnx.DecoderRunner;
import dev.windlass.onnx.Device;
import dev.windlass.onnx.OnnxRuntime;
import dev.windlass.onnx.graph.ElementType;
import dev.windlass.onnx.graph.Node;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantised weights through the fused operators: not what transformers computes, but close to it. */
class QuantizedGraphTest {

    @ParameterizedTest
    @ValueSource(strings = {"llama-biases", "qwen2-tied", "gemma2", "gpt2", "granite"})
    void eightBitsComputeNearlyTheSame(String name, @TempDir Path cache) throws IOException {
        GoldenCase golden = GoldenCase.of(name);
        DecoderSpec spec = Families.describe(ModelConfig.read(golden.folder()));
        var conversion = new Conversion(golden.folder(), name, spec.family(), Quantization.INT8, spec::weights);
        Progress silent = (_, _, _) -> {};
        try (Artifact artifact = new ArtifactCache(new CacheDirectory(cache), 1).obtain(conversion, silent);
                Arena arena = Arena.ofShared();
                OnnxRuntime runtime = OnnxRuntime.open();
                Device device = runtime.cpu()) {
            var decoder =
                    new DecoderGraphBuilder(spec, artifact, arena).fused(ElementType.FLOAT, GoldenModel.POSITIONS);
            assertThat(decoder.graph().nodes())
                    .extracting(Node::operator)
                    .contains("MatMulNBits", "GatherBlockQuantized")
                    .doesNotContain("FusedMatMul");
            try (DecoderRunner runner =
                    DecoderRunner.open(runtime, decoder, device, GoldenModel.OPTIONS, 1, GoldenModel.POSITIONS)) {
                for (Prompt prompt : golden.prompts()) {
                    float[] logits = GoldenModel.prefill(runner, 0, prompt.tokens(), 32);
                    assertThat(similarity(logits, prompt.logits())).isGreaterThan(0.99);
                }
                // Chunks that ask for no logits at all must run too.
                assertThat(GoldenModel.generate(
                                runner, List.of(golden.prompts().getFirst().tokens()), 4))
                        .hasSize(1);
            }
        }
    }

    /** The cosine of the angle between two vectors. */
    private static double similarity(float[] a, float[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(squareA * squareB);
    }
}
