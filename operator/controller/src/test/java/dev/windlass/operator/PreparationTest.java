package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A model that is prepared by a Job, against a real API server and its controllers; nodes say what a test wants. */
class PreparationTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SHARED = ", replicas: 2, cache: {mode: Shared, size: 1Gi}";

    /** Of the pods that prepare a model, by the model. */
    private final Map<String, Fate> preparers = new ConcurrentHashMap<>();

    /** Where every pod is, if a test has one. */
    private volatile @Nullable URI runtime;

    private FakeNodes nodes;
    private OperatorProcess operator;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        nodes = new FakeNodes(kube.client(), kube.namespace(), this::fate);
        operator = startOperator();
    }

    private OperatorProcess startOperator() throws IOException {
        KubernetesClient client = kube.newClient();
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
                client,
                new OperatorMetrics(),
                new FakeGateway(kube.client(), kube.namespace()),
                pod -> runtime == null
                        ? URI.create("http://" + pod.getMetadata().getName() + ":8080")
                        : runtime,
                InstantSource.system(),
                reason -> {});
    }

    @AfterEach
    void stop() {
        operator.close();
        nodes.close();
    }

    private Fate fate(Pod pod) {
        if (Seen.prepares(pod).isEmpty()) {
            return Fate.Ready;
        }
        String arguments = pod.getSpec().getContainers().getFirst().getArgs().toString();
        return preparers.entrySet().stream()
                .filter(entry -> arguments.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Fate.Completes);
    }

    @Test
    void podsComeOnceTheirModelIsPrepared() throws Exception {
        preparers.put("hf://a/one", Fate.Converts);
        apply("model: {uri: 'hf://a/one', convert: {quantization: Int4}}" + SHARED);

        LlmDeployment converting = awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Converting);
        String revision = converting.status().stableRevision();
        assertThat(condition(converting, "ModelReady"))
                .extracting(Condition::getStatus, Condition::getReason)
                .containsExactly("False", "Converting");
        assertThat(condition(converting, "ModelReady").getMessage()).contains("by Job " + revision + "-prepare");
        assertThat(converting.status().readyOfDesired()).isEqualTo("0/2");
        assertThat(servingPods()).isEmpty();
        assertThat(replicas(revision)).isZero();

        preparers.put("hf://a/one", Fate.Completes);
        awaitThat(it -> "2/2".equals(it.status().readyOfDesired()));
        assertThat(kube.kubectl("get", "endpointslices", "-o", "yaml").text())
                .as("where the gateway looks")
                .doesNotContain("10.9.0.2");
    }

    @Test
    void howFarAPreparationIsIsSaidWhileItLasts() throws Exception {
        byte[] answer = """
                {"phase":"Converting","model":"m","done_bytes":8946000000,"total_bytes":14200000000,
                 "bytes_per_second":128000000,"remaining_seconds":41}""".getBytes(StandardCharsets.UTF_8);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health/loading", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
        try {
            runtime = URI.create("http://localhost:" + server.getAddress().getPort());
            preparers.put("hf://a/one", Fate.Converts);
            apply("model: {uri: 'hf://a/one', convert: {}}" + SHARED);
            LlmDeployment converting =
                    awaitThat(it -> condition(it, "ModelReady").getMessage().startsWith("63 %"));
            assertThat(condition(converting, "ModelReady").getMessage())
                    .isEqualTo("63 % of 14.2 GB, 128 MB/s, about 41 s, by Job "
                            + converting.status().stableRevision() + "-prepare");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whatIsPreparedIsNotPreparedAgain() throws Exception {
        apply("model: {uri: 'hf://a/one'}, replicas: 1, cache: {mode: Shared, size: 1Gi, prefetch: true}");
        awaitThat(it -> "1/1".equals(it.status().readyOfDesired()));
        Thread.sleep(3000);
        String before = versions();
        Thread.sleep(3000);
        assertThat(versions()).as("at rest").isEqualTo(before);

        expire(jobs().getFirst());
        await().atMost(PATIENCE).until(() -> jobs().isEmpty());
        Thread.sleep(3000);
        assertThat(jobs()).as("after the Job's time").isEmpty();
        assertThat(versions()).isEqualTo(before.replaceAll("Job/\\S+ ", ""));

        operator.close();
        operator = startOperator();
        apply("model: {uri: 'hf://a/one'}, suspend: true, cache: {mode: Shared, size: 1Gi, prefetch: true}");
        awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Suspended
                && servingPods().isEmpty());
        apply("model: {uri: 'hf://a/one'}, replicas: 1, cache: {mode: Shared, size: 1Gi, prefetch: true}");
        awaitThat(it -> "1/1".equals(it.status().readyOfDesired()));
        assertThat(jobs()).as("after another operator woke it").isEmpty();
    }

    @Test
    void aModelThatCannotBePreparedLeavesTheOldOneServing() throws Exception {
        apply("model: {uri: 'hf://a/one', convert: {}}" + SHARED);
        String stable = awaitThat(it -> "2/2".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision();
        List<String> serving = servingPods();

        preparers.put("hf://a/two", Fate.RunsOutOfMemoryConverting);
        apply("model: {uri: 'hf://a/two', convert: {}}" + SHARED);
        LlmDeployment back =
                awaitThat(it -> "True".equals(condition(it, "Degraded").getStatus())
                        && it.status().canaryRevision().isEmpty());
        assertThat(condition(back, "Degraded").getReason()).isEqualTo("ConvertFailed");
        assertThat(condition(back, "Degraded").getMessage())
                .contains("container convert was killed for want of memory (exit code 137)");
        assertThat(back.status().stableRevision()).isEqualTo(stable);
        assertThat(condition(back, "Ready").getStatus()).isEqualTo("True");
        assertThat(servingPods()).isEqualTo(serving);
        await().atMost(PATIENCE).until(() -> jobs().size() == 1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pods(Labels.PREPARES))
                        .as("of what was given up, none")
                        .hasSize(1));
        Thread.sleep(3000);
        String before = versions();
        Thread.sleep(3000);
        assertThat(versions()).as("at rest").isEqualTo(before);

        apply("model: {uri: 'hf://a/three', convert: {}}" + SHARED);
        awaitThat(it -> !it.status().stableRevision().equals(stable)
                && "2/2".equals(it.status().readyOfDesired()));
        assertThat(kube.kubectl("describe", "llm", "m").text()).contains("RolledBack", "ModelPrepared");
    }

    @Test
    void aFirstModelThatCannotBePreparedSaysWhyAndIsTriedAgainWhenItsJobIsGone() throws Exception {
        preparers.put("hf://a/closed", Fate.CannotDownload);
        apply("model: {uri: 'hf://a/closed', convert: {}}" + SHARED);
        LlmDeployment failed = awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Failed);
        assertThat(condition(failed, "ModelReady"))
                .extracting(Condition::getStatus, Condition::getReason, Condition::getMessage)
                .containsExactly(
                        "False",
                        "DownloadFailed",
                        "container download ended with exit code 3: windlass: hf://a/b: 401, set HF_TOKEN");
        assertThat(condition(failed, "Ready").getReason()).isEqualTo("DownloadFailed");
        Thread.sleep(2000);
        String before = versions();
        Thread.sleep(3000);
        assertThat(versions()).as("at rest").isEqualTo(before);

        preparers.remove("hf://a/closed");
        kube.client().resource(jobs().getFirst()).delete();
        awaitThat(it -> "2/2".equals(it.status().readyOfDesired()));
    }

    @Test
    void anotherModelTakesThePlaceOfAFirstOneThatCannotBePrepared() throws Exception {
        preparers.put("hf://a/closed", Fate.CannotDownload);
        apply("model: {uri: 'hf://a/closed', convert: {}}" + SHARED);
        String failed = awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Failed)
                .status()
                .stableRevision();

        apply("model: {uri: 'hf://a/open', convert: {}}" + SHARED);
        awaitThat(it -> !it.status().stableRevision().equals(failed)
                && "2/2".equals(it.status().readyOfDesired()));
        await().atMost(PATIENCE).until(() -> jobs().size() == 1);
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

    private static Condition condition(LlmDeployment resource, String type) {
        return resource.status().condition(type).orElseThrow();
    }

    private LlmDeployment awaitThat(Predicate<LlmDeployment> holds) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        PreparationTest::get,
                        it -> it != null && !it.status().conditions().isEmpty() && holds.test(it));
    }

    private static LlmDeployment get() {
        return kube.client()
                .resources(LlmDeployment.class)
                .inNamespace(kube.namespace())
                .withName("m")
                .get();
    }

    private void apply(String spec) throws Exception {
        Path file = Files.writeString(directory.resolve("m.yaml"), """
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec: {%s}
                """.formatted(spec));
        var applied = kube.kubectl("apply", "-f", file.toString());
        assertThat(applied.status()).as(applied.text()).isZero();
    }

    /** The resource versions of all that the operator writes. */
    private static String versions() throws Exception {
        return kube.kubectl(
                                "get",
                                "llm,deployments,services,controllerrevisions,jobs",
                                "-l",
                                Labels.NAME + "=m",
                                "-o",
                                "jsonpath={range .items[*]}{.kind}/{.metadata.name}@{.metadata.resourceVersion} {end}")
                        .text()
                + get().getMetadata().getResourceVersion();
    }
}
