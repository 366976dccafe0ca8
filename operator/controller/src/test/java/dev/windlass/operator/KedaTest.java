package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.ScaledObject;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Provider Keda against a real API server: with KEDA's definition and without. KEDA itself is played by {@link FakeKeda}. */
class KedaTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Path KEDA = Path.of("src/test/resources/definitions/scaledobjects.yaml");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String SCALED = """
            autoscaling: {provider: Keda, minReplicas: 1, maxReplicas: 3, scaleDownDelay: 1s,
              metrics: [{type: QueueDepth, target: 4}]}""";

    private FakeNodes nodes;
    private FakeGateway gateway;
    private FakeRuntimes runtimes;
    private OperatorProcess operator;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        kube.undefine(KEDA);
        nodes = new FakeNodes(kube.client(), kube.namespace(), _ -> Fate.Ready);
        gateway = new FakeGateway(kube.client(), kube.namespace());
        runtimes = new FakeRuntimes();
        runtimes.load(0, 0, 0);
        gateway.addresses(runtimes::address);
        operator = startOperator();
    }

    @AfterEach
    void stop() {
        operator.close();
        nodes.close();
        runtimes.close();
    }

    @Test
    void kedaScalesFromWhenItIsThereUntilItGoes() throws Exception {
        apply("model: {uri: 'hf://a/one'}", SCALED);
        awaitThat(it -> "1/1".equals(it.status().readyOfDesired()));
        assertThat(condition("SpecValid")).contains("this cluster has no ScaledObjects");

        gateway.load(12, 0);
        awaitThat(it -> "3/3".equals(it.status().readyOfDesired()));
        assertThat(condition("ScalingActive")).contains("scales by itself: this cluster has no ScaledObjects");

        kube.define(KEDA);
        await().atMost(PATIENCE).until(() -> scaledObjects().size() == 1);
        await().atMost(PATIENCE).until(() -> condition("SpecValid").equals("True the spec can be carried out"));
        try (var _ = new FakeKeda(kube.client(), kube.namespace(), operator.port())) {
            gateway.load(5, 0);
            awaitThat(it -> "2/2".equals(it.status().readyOfDesired()));
            assertThat(kube.kubectl("get", "llm", "m", "-o", "jsonpath={.status.autoscaling.history}")
                            .text())
                    .contains("by KEDA");
            await().atMost(PATIENCE).until(() -> condition("ScalingActive").startsWith("True"));
        }
        assertThat(autoscalers()).isEmpty();

        kube.undefine(KEDA);
        gateway.load(12, 0);
        awaitThat(it -> "3/3".equals(it.status().readyOfDesired()));
        assertThat(condition("ScalingActive")).contains("scales by itself: this cluster has no ScaledObjects");
        assertThat(health()).isEqualTo("ok\n");
    }

    @Test
    void aRolloutHoldsKedaToItsPlan() throws Exception {
        operator.close();
        kube.define(KEDA);
        operator = startOperator();
        String scaled = """
                autoscaling: {provider: Keda, minReplicas: 2, maxReplicas: 4},
                rollout: {strategy: Canary, canary: {steps: [{weight: 50, hold: 1h}]}}""";
        apply("model: {uri: 'hf://a/one'}", scaled);
        String first = awaitThat(it -> "2/2".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision();
        await().atMost(PATIENCE).until(() -> bounds(first), "2..4"::equals);

        apply("model: {uri: 'hf://a/two'}", scaled);
        String second = awaitThat(it -> Integer.valueOf(50).equals(it.status().canaryWeight()))
                .status()
                .canaryRevision();
        // Each one of the two at half the weight: as planned, whatever KEDA would think of it.
        await().atMost(PATIENCE).until(() -> bounds(second), "1..1"::equals);
        await().atMost(PATIENCE).until(() -> bounds(first), "1..1"::equals);

        kube.kubectl("annotate", "llm", "m", "windlass.dev/promote=" + second);
        awaitThat(it -> second.equals(it.status().stableRevision())
                && "2/2".equals(it.status().readyOfDesired()));
        await().atMost(PATIENCE).until(() -> bounds(second), "2..4"::equals);
        await().atMost(PATIENCE).until(() -> bounds(first), String::isEmpty);
    }

    @Test
    void toNoneAndUpAgainIsNotKedasAffairAndNorIsAnotherProvider() throws Exception {
        kube.define(KEDA);
        String sleepy = "autoscaling: {provider: %s, minReplicas: 0, maxReplicas: 3, idle: {after: 3s}}";
        apply("model: {uri: 'hf://a/one'}", sleepy.formatted("Keda"));
        try (var _ = new FakeKeda(kube.client(), kube.namespace(), operator.port())) {
            awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Sleeping);
            await().atMost(PATIENCE).until(() -> scaledObjects().isEmpty());

            gateway.load(1, 0);
            awaitThat(it -> "1/1".equals(it.status().readyOfDesired()));
            await().atMost(PATIENCE).until(() -> scaledObjects().size() == 1);
        }

        apply("model: {uri: 'hf://a/one'}", sleepy.formatted("Internal"));
        await().atMost(PATIENCE).until(() -> scaledObjects().isEmpty());
    }

    private OperatorProcess startOperator() {
        var options = new OperatorOptions(
                Installation.STANDARD,
                kube.namespace(),
                Set.of(kube.namespace()),
                0,
                0,
                "",
                "",
                Duration.ofMillis(200));
        return OperatorProcess.start(
                options,
                kube.newClient(),
                new OperatorMetrics(),
                gateway,
                pod -> URI.create("http://" + runtimes.address(pod.getMetadata().getName())),
                InstantSource.system(),
                reason -> {});
    }

    private String health() throws Exception {
        return new String(
                URI.create("http://127.0.0.1:" + operator.port() + "/health/ready")
                        .toURL()
                        .openStream()
                        .readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
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

    private List<HorizontalPodAutoscaler> autoscalers() {
        return kube.client()
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(kube.namespace())
                .list()
                .getItems();
    }

    private String condition(String type) {
        return get().status()
                .condition(type)
                .map(one -> one.getStatus() + " " + one.getMessage())
                .orElse("");
    }

    private LlmDeployment awaitThat(Predicate<LlmDeployment> holds) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(this::get, it -> it != null && holds.test(it));
    }

    private LlmDeployment get() {
        return kube.client()
                .resources(LlmDeployment.class)
                .inNamespace(kube.namespace())
                .withName("m")
                .get();
    }

    private void apply(String model, String rest) throws Exception {
        Path file = Files.writeString(directory.resolve("m.yaml"), """
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec: {%s, %s}
                """.formatted(model, rest));
        var applied = kube.kubectl("apply", "-f", file.toString());
        assertThat(applied.status()).as(applied.text()).isZero();
    }
}
