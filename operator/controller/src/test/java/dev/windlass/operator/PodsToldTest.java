package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.condition;
import static dev.windlass.operator.TestedModel.is;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.api.ModelSpec;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of pods is said in the status and by events, against a real API server and real controllers. */
class PodsToldTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private final TestedModel m = new TestedModel(kube);
    private FakeNodes nodes;
    private FakeRuntimes runtimes;
    private TestedOperator operator;

    @BeforeEach
    void start() throws Exception {
        nodes = new FakeNodes(kube);
        runtimes = new FakeRuntimes();
        operator = TestedOperator.on(kube).runtimes(runtimes).start();
    }

    @AfterEach
    void stop() {
        operator.close();
        nodes.close();
        runtimes.close();
    }

    @Test
    void whatKeepsAModelFromRunningIsSaid() throws Exception {
        nodes.decide("hf://a/oom", Fate.RunsOutOfMemory);
        nodes.decide("hf://a/broken", Fate.CannotLoad);
        nodes.decide("hf://a/moved", Fate.FindsAnotherModel);
        nodes.decide("hf://a/big", Fate.FindsNoNode);

        m.apply("model: {uri: 'hf://a/oom'}");
        assertThat(m.awaitThat(it -> is(it, "Ready", "False", "OutOfMemory"))
                        .status()
                        .phase())
                .isEqualTo(LlmDeploymentStatus.Phase.Failed);
        assertThat(m.describe()).contains("exit code 137");
        m.delete();

        m.apply("model: {uri: 'hf://a/broken'}");
        LlmDeployment broken = m.awaitThat(it -> is(it, "Ready", "False", "LoadFailed"));
        assertThat(condition(broken, "Ready").getMessage()).contains("expected 5 tensors, got 4");
        m.delete();

        m.apply("model: {uri: 'hf://a/moved', sha256: '%s'}".formatted("0".repeat(64)));
        LlmDeployment moved = m.awaitThat(it -> is(it, "Ready", "False", "DigestMismatch"));
        assertThat(condition(moved, "ModelReady").getReason()).isEqualTo("DigestMismatch");
        assertThat(condition(moved, "ModelReady").getMessage())
                .contains("expected a model of SHA-256 0, found one of 1");
        m.delete();

        m.apply("model: {uri: 'hf://a/big'}");
        assertThat(m.awaitThat(it -> is(it, "Ready", "False", "InsufficientGpu"))
                        .status()
                        .phase())
                .isEqualTo(LlmDeploymentStatus.Phase.Pending);
    }

    @Test
    void howFarADownloadIsIsSaidWhileItLasts() throws Exception {
        runtimes.loads("""
                {"phase":"Downloading","model":"m","done_bytes":8946000000,"total_bytes":14200000000,
                 "bytes_per_second":128000000,"remaining_seconds":41,"whatever":true}""");
        nodes.decide("hf://a/large", Fate.Loads);
        m.apply("model: {uri: 'hf://a/large', format: SafeTensors}, resources: {gpu: {count: 1}, cpu: 3}");

        LlmDeployment downloading = m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Downloading);
        assertThat(downloading.status().download()).isEqualTo(new LlmDeploymentStatus.Download(63, 128_000_000L, 41L));
        assertThat(condition(downloading, "ModelReady"))
                .extracting(Condition::getStatus, Condition::getReason, Condition::getMessage)
                .containsExactly("False", "Downloading", "63 % of 14.2 GB, 128 MB/s, about 41 s");
        assertThat(downloading.status().derived())
                .isEqualTo(new LlmDeploymentStatus.Derived(new Quantity("3"), new Quantity("16Gi"), 1, null, null));
        assertThat(downloading.status().model())
                .isEqualTo(new LlmDeploymentStatus.Model("", "", null, ModelSpec.Format.SafeTensors));
        assertThat(m.describe())
                .contains("0 of 1 pods are ready; downloading: 63 % of 14.2 GB, 128 MB/s, about 41 s")
                .containsPattern("Normal +Downloading .* 63 % of 14.2 GB");

        String before = downloading.getMetadata().getResourceVersion();
        Thread.sleep(6000);
        assertThat(m.get().getMetadata().getResourceVersion())
                .as("while nothing comes")
                .isEqualTo(before);

        runtimes.loads(
                "{\"phase\":\"Converting\",\"done_bytes\":1,\"total_bytes\":2,\"revision\":\"a09a354\",\"sha256\":\"0a\"}");
        m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Converting
                && it.status().download() == null);
        runtimes.loads("{\"phase\":\"Loading\"}");
        m.awaitThat(
                it -> it.status().phase() == LlmDeploymentStatus.Phase.Loading && is(it, "Ready", "False", "Loading"));
        nodes.decide("hf://a/large", Fate.Ready);
        runtimes.loads("");
        LlmDeployment served = m.awaitThat(it -> is(it, "Ready", "True"));
        assertThat(condition(served, "ModelReady").getReason()).isEqualTo("Loaded");
        assertThat(served.status().model())
                .as("what its pod said before it served")
                .isEqualTo(new LlmDeploymentStatus.Model("a09a354", "0a", null, ModelSpec.Format.SafeTensors));
        assertThat(m.describe()).containsPattern("Normal +Loaded ");
    }
}
