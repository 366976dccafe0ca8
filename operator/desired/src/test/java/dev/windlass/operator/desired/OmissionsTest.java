package dev.windlass.operator.desired;

import static dev.windlass.operator.desired.Specs.MODEL;
import static dev.windlass.operator.desired.Specs.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.LlmDeployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a spec asks for and no object carries is said. */
class OmissionsTest {
    @TempDir
    Path directory;

    @Test
    void saysWhatNoObjectCarriesYet() {
        assertThat(Omissions.of(Cases.named("qwen"), Installation.STANDARD)).isEmpty();
        assertThat(Omissions.of(Cases.named("reference"), Installation.STANDARD))
                .extracting(sentence -> sentence.substring(0, sentence.indexOf(':')))
                .containsExactly("spec.model.adapters", "spec.resources.gpu", "spec.observability.tracing");
    }

    @Test
    void saysWhichFilesTheRuntimeDoesNotRead() throws IOException {
        assertThat(Omissions.of(resource("model: {uri: 'hf://a/b', format: Onnx}"), Installation.STANDARD))
                .containsExactly("spec.model.format: the runtime reads safetensors, and no Onnx yet");
        assertThat(Omissions.of(resource("model: {uri: 'hf://a/b', format: SafeTensors}"), Installation.STANDARD))
                .isEmpty();
    }

    @Test
    void saysWhenAQueryHasNobodyToAnswerIt() throws IOException {
        LlmDeployment asks = resource(MODEL + ", rollout: {strategy: Canary, canary: {analysis:"
                + " {metrics: [{name: a, max: '1', prometheus: {query: x}}]}}}");
        Path file = Files.writeString(directory.resolve("settings.yaml"), "prometheus: http://prometheus:9090/base\n");

        assertThat(Omissions.of(asks, Installation.STANDARD))
                .singleElement()
                .asString()
                .startsWith("spec.rollout.canary.analysis.metrics: nobody said where Prometheus is")
                .contains("prometheus.url");
        assertThat(Omissions.of(asks, InstallationFile.read(file).withDefaultGpus(0)))
                .isEmpty();
        Files.writeString(file, "prometheus: prometheus:9090\n");
        assertThatThrownBy(() -> InstallationFile.read(file)).hasMessageContaining("prometheus: expected an address");
    }
}
