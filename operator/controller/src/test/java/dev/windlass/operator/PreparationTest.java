package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.condition;
import static dev.windlass.operator.TestedModel.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.operator.desired.Labels;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A model that is prepared by a Job, against a real API server and its controllers; nodes say what a test wants. */
class PreparationTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final String SHARED = ", replicas: 2, cache: {mode: Shared, size: 1Gi}";

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
    void podsComeOnceTheirModelIsPrepared() throws Exception {
        nodes.decide("hf://a/one", Fate.Converts);
        m.apply("model: {uri: 'hf://a/one', convert: {quantization: Int4}}" + SHARED);

        LlmDeployment converting = m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Converting);
        String revision = converting.status().stableRevision();
        assertThat(condition(converting, "ModelReady"))
                .extracting(Condition::getStatus, Condition::getReason)
                .containsExactly("False", "Converting");
        assertThat(condition(converting, "ModelReady").getMessage()).contains("by Job " + revision + "-prepare");
        assertThat(converting.status().readyOfDesired()).isEqualTo("0/2");
        assertThat(servingPods()).isEmpty();
        assertThat(replicas(revision)).isZero();

        nodes.decide("hf://a/one", Fate.Completes);
        m.awaitPods("2/2");
        assertThat(kube.kubectl("get", "endpointslices", "-o", "yaml").text())
                .as("where the gateway looks")
                .doesNotContain("10.9.0.2");
    }

    @Test
    void howFarAPreparationIsIsSaidWhileItLasts() throws Exception {
        runtimes.loads("""
                {"phase":"Converting","model":"m","done_bytes":8946000000,"total_bytes":14200000000,
                 "bytes_per_second":128000000,"remaining_seconds":41}""");
        nodes.decide("hf://a/one", Fate.Converts);
        m.apply("model: {uri: 'hf://a/one', convert: {}}" + SHARED);

        LlmDeployment converting =
                m.awaitThat(it -> condition(it, "ModelReady").getMessage().startsWith("63 %"));
        assertThat(condition(converting, "ModelReady").getMessage())
                .isEqualTo("63 % of 14.2 GB, 128 MB/s, about 41 s, by Job "
                        + converting.status().stableRevision() + "-prepare");
    }

    @Test
    void whatIsPreparedIsNotPreparedAgain() throws Exception {
        m.apply("model: {uri: 'hf://a/one'}, replicas: 1, cache: {mode: Shared, size: 1Gi, prefetch: true}");
        m.awaitPods("1/1");
        Thread.sleep(3000);
        String before = m.versions();
        Thread.sleep(3000);
        assertThat(m.versions()).as("at rest").isEqualTo(before);

        expire(jobs().getFirst());
        eventually().until(() -> jobs().isEmpty());
        Thread.sleep(3000);
        assertThat(jobs()).as("after the Job's time").isEmpty();
        assertThat(m.versions()).isEqualTo(before.replaceAll("Job/\\S+ ", ""));

        operator.close();
        operator = TestedOperator.on(kube).runtimes(runtimes).start();
        m.apply("model: {uri: 'hf://a/one'}, suspend: true, cache: {mode: Shared, size: 1Gi, prefetch: true}");
        m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Suspended
                && servingPods().isEmpty());
        m.apply("model: {uri: 'hf://a/one'}, replicas: 1, cache: {mode: Shared, size: 1Gi, prefetch: true}");
        m.awaitPods("1/1");
        assertThat(jobs()).as("after another operator woke it").isEmpty();
    }

    @Test
    void aModelThatCannotBePreparedLeavesTheOldOneServing() throws Exception {
        m.apply("model: {uri: 'hf://a/one', convert: {}}" + SHARED);
        String stable = m.awaitPods("2/2").status().stableRevision();
        List<String> serving = servingPods();

        nodes.decide("hf://a/two", Fate.RunsOutOfMemoryConverting);
        m.apply("model: {uri: 'hf://a/two', convert: {}}" + SHARED);
        LlmDeployment back =
                m.awaitThat(it -> "True".equals(condition(it, "Degraded").getStatus())
                        && it.status().canaryRevision().isEmpty());
        assertThat(condition(back, "Degraded").getReason()).isEqualTo("ConvertFailed");
        assertThat(condition(back, "Degraded").getMessage())
                .contains("container convert was killed for want of memory (exit code 137)");
        assertThat(back.status().stableRevision()).isEqualTo(stable);
        assertThat(condition(back, "Ready").getStatus()).isEqualTo("True");
        assertThat(servingPods()).isEqualTo(serving);
        eventually().until(() -> jobs().size() == 1);
        eventually()
                .untilAsserted(() -> assertThat(pods(Labels.PREPARES))
                        .as("of what was given up, none")
                        .hasSize(1));
        Thread.sleep(3000);
        String before = m.versions();
        Thread.sleep(3000);
        assertThat(m.versions()).as("at rest").isEqualTo(before);

        m.apply("model: {uri: 'hf://a/three', convert: {}}" + SHARED);
        m.awaitThat(it -> !it.status().stableRevision().equals(stable)
                && "2/2".equals(it.status().readyOfDesired()));
        assertThat(m.describe()).contains("RolledBack", "ModelPrepared");
    }

    @Test
    void aFirstModelThatCannotBePreparedSaysWhyAndIsTriedAgainWhenItsJobIsGone() throws Exception {
        nodes.decide("hf://a/closed", Fate.CannotDownload);
        m.apply("model: {uri: 'hf://a/closed', convert: {}}" + SHARED);
        LlmDeployment failed = m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Failed);
        assertThat(condition(failed, "ModelReady"))
                .extracting(Condition::getStatus, Condition::getReason, Condition::getMessage)
                .containsExactly(
                        "False",
                        "DownloadFailed",
                        "container download ended with exit code 3: windlass: hf://a/b: 401, set HF_TOKEN");
        assertThat(condition(failed, "Ready").getReason()).isEqualTo("DownloadFailed");
        Thread.sleep(2000);
        String before = m.versions();
        Thread.sleep(3000);
        assertThat(m.versions()).as("at rest").isEqualTo(before);

        nodes.decide("hf://a/closed", Fate.Completes);
        kube.client().resource(jobs().getFirst()).delete();
        m.awaitPods("2/2");
    }

    @Test
    void anotherModelTakesThePlaceOfAFirstOneThatCannotBePrepared() throws Exception {
        nodes.decide("hf://a/closed", Fate.CannotDownload);
        m.apply("model: {uri: 'hf://a/closed', convert: {}}" + SHARED);
        String failed = m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Failed)
                .status()
                .stableRevision();

        m.apply("model: {uri: 'hf://a/open', convert: {}}" + SHARED);
        m.awaitThat(it -> !it.status().stableRevision().equals(failed)
                && "2/2".equals(it.status().readyOfDesired()));
        eventually().until(() -> jobs().size() == 1);
    }

    /** As its time to live had passed. */
    private static void expire(Job job) {
        kube.client().resource(job).edit(one -> {
            one.getSpec().setTtlSecondsAfterFinished(1);
            return one;
        });
    }

    private static List<Job> jobs() {
        return kube.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(kube.namespace())
                .list()
                .getItems();
    }

    private static List<String> servingPods() {
        return pods(Labels.REVISION);
    }

    private static List<String> pods(String label) {
        return kube.client().pods().inNamespace(kube.namespace()).withLabel(label).list().getItems().stream()
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .toList();
    }

    private static int replicas(String revision) {
        return kube.client()
                .apps()
                .deployments()
                .inNamespace(kube.namespace())
                .withName(revision)
                .get()
                .getSpec()
                .getReplicas();
    }
}
