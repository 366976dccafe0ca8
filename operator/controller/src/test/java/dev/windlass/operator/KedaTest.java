package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.desired.ScaledObject;
import dev.windlass.testing.KubeApi;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Provider Keda against a real API server: with KEDA's definition and without. KEDA itself is played by {@link FakeKeda}. */
class KedaTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Path KEDA = Path.of("src/test/resources/definitions/scaledobjects.yaml");
    private static final String SCALED = """
            autoscaling: {provider: Keda, minReplicas: 1, maxReplicas: 3, scaleDownDelay: 1s,
              metrics: [{type: QueueDepth, target: 4}]}""";

    private final TestedModel m = new TestedModel(kube);
    private FakeNodes nodes;
    private FakeRuntimes runtimes;
    private TestedOperator operator;

    @BeforeEach
    void start() throws Exception {
        kube.undefine(KEDA);
        nodes = new FakeNodes(kube);
        runtimes = new FakeRuntimes();
        runtimes.load(0, 0, 0);
        operator = TestedOperator.on(kube).runtimes(runtimes).start();
    }

    @AfterEach
    void stop() {
        operator.close();
        nodes.close();
        runtimes.close();
    }

    @Test
    void kedaScalesFromWhenItIsThereUntilItGoes() throws Exception {
        m.apply("model: {uri: 'hf://a/one'}, " + SCALED);
        m.awaitPods("1/1");
        assertThat(m.says("SpecValid")).contains("this cluster has no ScaledObjects");

        operator.gateway().load(12, 0);
        m.awaitPods("3/3");
        assertThat(m.says("ScalingActive")).contains("scales by itself: this cluster has no ScaledObjects");

        kube.define(KEDA);
        eventually().until(() -> scaledObjects().size() == 1);
        eventually().until(() -> m.says("SpecValid").equals("True the spec can be carried out"));
        try (var _ = new FakeKeda(kube.client(), kube.namespace(), operator.port())) {
            operator.gateway().load(5, 0);
            m.awaitPods("2/2");
            assertThat(kube.kubectl("get", "llm", "m", "-o", "jsonpath={.status.autoscaling.history}")
                            .text())
                    .contains("by KEDA");
            eventually().until(() -> m.says("ScalingActive").startsWith("True"));
        }
        assertThat(m.autoscalers()).isEmpty();

        kube.undefine(KEDA);
        operator.gateway().load(12, 0);
        m.awaitPods("3/3");
        assertThat(m.says("ScalingActive")).contains("scales by itself: this cluster has no ScaledObjects");
        assertThat(operator.read("/health/ready")).isEqualTo("ok\n");
    }

    @Test
    void aRolloutHoldsKedaToItsPlan() throws Exception {
        operator.close();
        kube.define(KEDA);
        operator = TestedOperator.on(kube).runtimes(runtimes).start();
        String scaled = """
                autoscaling: {provider: Keda, minReplicas: 2, maxReplicas: 4},
                rollout: {strategy: Canary, canary: {steps: [{weight: 50, hold: 1h}]}}""";
        m.apply("model: {uri: 'hf://a/one'}, " + scaled);
        String first = m.awaitPods("2/2").status().stableRevision();
        eventually().until(() -> bounds(first), "2..4"::equals);

        m.apply("model: {uri: 'hf://a/two'}, " + scaled);
        String second = m.awaitThat(it -> Integer.valueOf(50).equals(it.status().canaryWeight()))
                .status()
                .canaryRevision();
        // Each one of the two at half the weight: as planned, whatever KEDA would think of it.
        eventually().until(() -> bounds(second), "1..1"::equals);
        eventually().until(() -> bounds(first), "1..1"::equals);

        kube.kubectl("annotate", "llm", "m", "windlass.dev/promote=" + second);
        m.awaitThat(it -> second.equals(it.status().stableRevision())
                && "2/2".equals(it.status().readyOfDesired()));
        eventually().until(() -> bounds(second), "2..4"::equals);
        eventually().until(() -> bounds(first), String::isEmpty);
    }

    @Test
    void toNoneAndUpAgainIsNotKedasAffairAndNorIsAnotherProvider() throws Exception {
        kube.define(KEDA);
        String sleepy = "autoscaling: {provider: %s, minReplicas: 0, maxReplicas: 3, idle: {after: 3s}}";
        m.apply("model: {uri: 'hf://a/one'}, " + sleepy.formatted("Keda"));
        try (var _ = new FakeKeda(kube.client(), kube.namespace(), operator.port())) {
            m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Sleeping);
            eventually().until(() -> scaledObjects().isEmpty());

            operator.gateway().load(1, 0);
            m.awaitPods("1/1");
            eventually().until(() -> scaledObjects().size() == 1);
        }

        m.apply("model: {uri: 'hf://a/one'}, " + sleepy.formatted("Internal"));
        eventually().until(() -> scaledObjects().isEmpty());
    }

    private List<ScaledObject> scaledObjects() {
        return kube.client()
                .resources(ScaledObject.class)
                .inNamespace(kube.namespace())
                .list()
                .getItems();
    }

    private String bounds(String revision) {
        return scaledObjects().stream()
                .filter(one -> one.getMetadata().getName().equals(revision))
                .map(one ->
                        one.getSpec().minReplicaCount() + ".." + one.getSpec().maxReplicaCount())
                .findFirst()
                .orElse("");
    }
}
