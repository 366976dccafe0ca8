package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.api.ModelSpec;
import dev.windlass.operator.FakeGateway.Experience;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.observe.Pods;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
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
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operator against a real API server and real controllers; nodes and gateways say what a test wants. */
class OperatorTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** By the model that a pod serves. */
    private final Map<String, Fate> fates = new ConcurrentHashMap<>();

    private FakeNodes nodes;
    private FakeGateway gateway;
    private OperatorProcess operator;
    private KubernetesClient client;

    /** Where every pod's runtime is, if a test has one. */
    private volatile @Nullable URI runtime;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        nodes = new FakeNodes(kube.client(), kube.namespace(), this::fate);
        client = kube.client();
        gateway = new FakeGateway(kube.client(), kube.namespace());
        operator = startOperator();
    }

    private OperatorProcess startOperator() {
        return startOperator("");
    }

    private OperatorProcess startOperator(String lease) {
        var options = new OperatorOptions(
                Installation.STANDARD,
                kube.namespace(),
                Set.of(kube.namespace()),
                0,
                0,
                "",
                lease,
                Duration.ofMillis(200));
        var telemetry = new OperatorMetrics();
        client = kube.newClient(telemetry::countRequests);
        return OperatorProcess.start(
                options,
                client,
                telemetry,
                gateway,
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
        String arguments = pod.getSpec().getContainers().getFirst().getArgs().toString();
        return fates.entrySet().stream()
                .filter(entry -> arguments.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Fate.Ready);
    }

    @Test
    void fiveLinesBecomeAServedModel() throws Exception {
        apply("model: {uri: 'hf://a/one'}");

        LlmDeployment served = awaitThat(it -> ready(it, "True"));
        assertThat(served.status().phase()).isEqualTo(LlmDeploymentStatus.Phase.Ready);
        assertThat(served.status().readyOfDesired()).isEqualTo("1/1");
        assertThat(served.status().stableRevision()).startsWith("m-");
        assertThat(kube.kubectl("get", "llm").text()).containsPattern("m +True +Ready +1/1 +m-");
        assertThat(kube.kubectl("describe", "llm", "m").text()).contains("Normal", "Ready", "1 of 1 pods are ready");
        assertThat(kube.kubectl("get", "service,pdb,networkpolicy,serviceaccount,controllerrevision")
                        .text())
                .contains("service/m ", served.status().stableRevision());
        assertThat(metrics(operator))
                .contains("windlass_operator_leader 1.0", "windlass_operator_resources{phase=\"Ready\"} 1.0")
                .contains("windlass_operator_reconcile_seconds_count{outcome=\"done\"}")
                .contains("windlass_operator_api_requests_total{resource=\"deployments\",verb=\"PATCH\"}");
    }

    private static String metrics(OperatorProcess operator) throws IOException {
        try (var body = URI.create("http://127.0.0.1:" + operator.port() + "/metrics")
                .toURL()
                .openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void nothingIsWrittenWhereNothingChanges() throws Exception {
        apply("model: {uri: 'hf://a/one'}");
        LlmDeployment served = awaitThat(it -> ready(it, "True"));
        Thread.sleep(3000);
        String before = versions();
        Thread.sleep(3000);
        assertThat(versions()).isEqualTo(before);
        operator.close();
        gateway = new FakeGateway(kube.client(), kube.namespace());
        operator = startOperator();
        Thread.sleep(5000);
        assertThat(versions()).as("after another operator has taken over").isEqualTo(before);
        assertThat(get().getMetadata().getGeneration())
                .isEqualTo(served.getMetadata().getGeneration());
    }

    @Test
    void aNewModelTakesThePlaceOfTheOldOneAndComesBack() throws Exception {
        apply("model: {uri: 'hf://a/one'}, replicas: 2");
        String first = awaitThat(it -> "2/2".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision();

        apply("model: {uri: 'hf://a/two'}, replicas: 2");
        String second = awaitThat(it -> !it.status().stableRevision().equals(first)
                        && "2/2".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision();
        await().atMost(PATIENCE).until(() -> deployment(first) == null);

        apply("model: {uri: 'hf://a/one'}, replicas: 2");
        awaitThat(it -> it.status().stableRevision().equals(first)
                && "2/2".equals(it.status().readyOfDesired()));
        await().atMost(PATIENCE).until(() -> deployment(second) == null);
        assertThat(kube.client()
                        .apps()
                        .controllerRevisions()
                        .inNamespace(kube.namespace())
                        .list()
                        .getItems())
                .hasSize(2);
    }

    @Test
    void aCanaryThatUsersSufferFromIsRolledBack() throws Exception {
        String canary = """
                , replicas: 2, rollout: {strategy: Canary, canary: {steps: [{weight: 50, hold: 4s}],
                analysis: {interval: 1s, minRequests: 20, maxFailures: 2, metrics: [{name: TtftP95, maxRegression: '20%'}]}}}""";
        apply("model: {uri: 'hf://a/one'}" + canary);
        String first = awaitThat(it -> "2/2".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision();
        gateway.experience(first, new Experience(20, 0, 0));

        apply("model: {uri: 'hf://a/slow'}" + canary);
        LlmDeployment onTrial =
                awaitThat(it -> Integer.valueOf(50).equals(it.status().canaryWeight()));
        gateway.experience(onTrial.status().canaryRevision(), new Experience(20, 0, 2));

        LlmDeployment back = awaitThat(it -> it.status().canaryRevision().isEmpty()
                && it.status().condition("Degraded").orElseThrow().getStatus().equals("True"));
        assertThat(back.status().stableRevision()).isEqualTo(first);
        assertThat(back.status().condition("Degraded").orElseThrow().getReason())
                .isEqualTo("TtftP95");
        assertThat(kube.kubectl("describe", "llm", "m").text()).contains("RolledBack", "TtftP95", "limit 20 %");
        assertThat(metrics(operator))
                .contains("windlass_operator_rollbacks_total{reason=\"TtftP95\"} 1.0")
                .containsPattern("windlass_operator_rollout_state\\{.*name=\"m\".*state=\"Aborted\"\\} 1.0");
        await().atMost(PATIENCE).until(() -> deployment(onTrial.status().canaryRevision()) == null);

        apply("model: {uri: 'hf://a/good'}" + canary);
        LlmDeployment next =
                awaitThat(it -> Integer.valueOf(50).equals(it.status().canaryWeight()));
        gateway.experience(next.status().canaryRevision(), new Experience(20, 0, 0));
        awaitThat(it -> it.status().stableRevision().equals(next.status().canaryRevision())
                && "2/2".equals(it.status().readyOfDesired()));
    }

    @Test
    void whatKeepsAModelFromRunningIsSaid() throws Exception {
        fates.put("hf://a/oom", Fate.RunsOutOfMemory);
        fates.put("hf://a/broken", Fate.CannotLoad);
        fates.put("hf://a/moved", Fate.FindsAnotherModel);
        fates.put("hf://a/big", Fate.FindsNoNode);

        apply("model: {uri: 'hf://a/oom'}");
        assertThat(awaitThat(it -> ready(it, "False", "OutOfMemory")).status().phase())
                .isEqualTo(LlmDeploymentStatus.Phase.Failed);
        assertThat(kube.kubectl("describe", "llm", "m").text()).contains("exit code 137");
        kube.client().resource(get()).delete();
        await().atMost(PATIENCE)
                .until(() ->
                        kube.kubectl("get", "deployments", "-o", "name").text().isBlank());

        apply("model: {uri: 'hf://a/broken'}");
        assertThat(awaitThat(it -> ready(it, "False", "LoadFailed"))
                        .status()
                        .condition("Ready")
                        .orElseThrow()
                        .getMessage())
                .contains("expected 5 tensors, got 4");
        kube.client().resource(get()).delete();
        await().atMost(PATIENCE)
                .until(() ->
                        kube.kubectl("get", "deployments", "-o", "name").text().isBlank());

        apply("model: {uri: 'hf://a/moved', sha256: '%s'}".formatted("0".repeat(64)));
        LlmDeployment moved = awaitThat(it -> ready(it, "False", "DigestMismatch"));
        assertThat(moved.status().condition("ModelReady").orElseThrow().getReason())
                .isEqualTo("DigestMismatch");
        assertThat(moved.status().condition("ModelReady").orElseThrow().getMessage())
                .contains("expected a model of SHA-256 0, found one of 1");
        kube.client().resource(get()).delete();
        await().atMost(PATIENCE)
                .until(() ->
                        kube.kubectl("get", "deployments", "-o", "name").text().isBlank());

        apply("model: {uri: 'hf://a/big'}");
        assertThat(awaitThat(it -> ready(it, "False", "InsufficientGpu"))
                        .status()
                        .phase())
                .isEqualTo(LlmDeploymentStatus.Phase.Pending);
    }

    @Test
    void howFarADownloadIsIsSaidWhileItLasts() throws Exception {
        var answer = new AtomicReference<>("""
                {"phase":"Downloading","model":"m","done_bytes":8946000000,"total_bytes":14200000000,
                 "bytes_per_second":128000000,"remaining_seconds":41,"whatever":true}""");
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health/loading", exchange -> {
            try (exchange) {
                byte[] body = Objects.requireNonNull(answer.get()).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        try {
            runtime = URI.create("http://localhost:" + server.getAddress().getPort());
            fates.put("hf://a/large", Fate.Loads);
            apply("model: {uri: 'hf://a/large', format: SafeTensors}, resources: {gpu: {count: 1}, cpu: 3}");

            LlmDeployment downloading = awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Downloading);
            assertThat(downloading.status().download())
                    .isEqualTo(new LlmDeploymentStatus.Download(63, 128_000_000L, 41L));
            assertThat(downloading.status().condition("ModelReady").orElseThrow())
                    .extracting(Condition::getStatus, Condition::getReason, Condition::getMessage)
                    .containsExactly("False", "Downloading", "63 % of 14.2 GB, 128 MB/s, about 41 s");
            assertThat(downloading.status().derived())
                    .isEqualTo(new LlmDeploymentStatus.Derived(new Quantity("3"), new Quantity("16Gi"), 1, null, null));
            assertThat(downloading.status().model())
                    .isEqualTo(new LlmDeploymentStatus.Model("", "", null, ModelSpec.Format.SafeTensors));
            assertThat(kube.kubectl("describe", "llm", "m").text())
                    .contains("0 of 1 pods are ready; downloading: 63 % of 14.2 GB, 128 MB/s, about 41 s")
                    .containsPattern("Normal +Downloading .* 63 % of 14.2 GB");

            String before = downloading.getMetadata().getResourceVersion();
            Thread.sleep(6000);
            assertThat(get().getMetadata().getResourceVersion())
                    .as("while nothing comes")
                    .isEqualTo(before);

            answer.set(
                    "{\"phase\":\"Converting\",\"done_bytes\":1,\"total_bytes\":2,\"revision\":\"a09a354\",\"sha256\":\"0a\"}");
            awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Converting
                    && it.status().download() == null);
            answer.set("{\"phase\":\"Loading\"}");
            awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Loading && ready(it, "False", "Loading"));
            fates.put("hf://a/large", Fate.Ready);
            runtime = null;
            LlmDeployment served = awaitThat(it -> ready(it, "True"));
            assertThat(served.status().condition("ModelReady").orElseThrow().getReason())
                    .isEqualTo("Loaded");
            assertThat(served.status().model())
                    .as("what its pod said before it served")
                    .isEqualTo(new LlmDeploymentStatus.Model("a09a354", "0a", null, ModelSpec.Format.SafeTensors));
            assertThat(kube.kubectl("describe", "llm", "m").text()).containsPattern("Normal +Loaded ");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anIdleModelSleepsAndARequestWakesIt() throws Exception {
        apply("model: {uri: 'hf://a/one'}, autoscaling: {minReplicas: 0, maxReplicas: 3, idle: {after: 3s}}");
        awaitThat(it -> ready(it, "True", "Serving"));
        awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Sleeping);
        await().atMost(PATIENCE)
                .until(() -> kube.client()
                        .pods()
                        .inNamespace(kube.namespace())
                        .list()
                        .getItems()
                        .isEmpty());

        gateway.load(1, 0);
        awaitThat(it -> ready(it, "True", "Serving") && "1/1".equals(it.status().readyOfDesired()));
        gateway.load(0, 1);
        assertThat(kube.kubectl("describe", "llm", "m").text()).contains("Asleep", "woken by 1 waiting requests");
        await().atMost(PATIENCE)
                .until(() -> metrics(operator), it -> it.contains("windlass_operator_wake_seconds_count 1"));
    }

    @Test
    void anOperatorThatIsKilledAgainAndAgainGetsThere() throws Exception {
        var chance = new Random(7);
        apply("model: {uri: 'hf://a/one'}, replicas: 3");
        String first = awaitThat(it -> "3/3".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision();

        apply("model: {uri: 'hf://a/two'}, replicas: 3");
        int kills = 0;
        while (get().status().stableRevision().equals(first) || deployment(first) != null) {
            assertThat(kills++).as("kills").isLessThan(60);
            Thread.sleep(500 + chance.nextInt(1500));
            assertThat(servingPods()).as("pods that serve, at kill %d", kills).isGreaterThanOrEqualTo(3);
            // Whatever it is doing, the server hears no more of it.
            client.close();
            operator.close();
            gateway = new FakeGateway(kube.client(), kube.namespace());
            operator = startOperator();
        }
        awaitThat(it -> "3/3".equals(it.status().readyOfDesired()));
        assertThat(kube.client()
                        .apps()
                        .deployments()
                        .inNamespace(kube.namespace())
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(kills).isPositive();
    }

    @Test
    void theNextOneLeadsWhenALeaderGoes() throws Exception {
        operator.close();
        gateway = new FakeGateway(kube.client(), kube.namespace());
        operator = startOperator("lease");
        apply("model: {uri: 'hf://a/one'}");
        awaitThat(it -> ready(it, "True"));
        var gatewayOfSecond = new FakeGateway(kube.client(), kube.namespace());
        gateway = gatewayOfSecond;
        try (OperatorProcess second = startOperator("lease")) {
            assertThat(metrics(second)).contains("windlass_operator_leader 0.0");
            operator.close();
            apply("model: {uri: 'hf://a/one'}, replicas: 2");
            awaitThat(it -> "2/2".equals(it.status().readyOfDesired()));
            assertThat(metrics(second)).contains("windlass_operator_leader 1.0");
        }
    }

    @Test
    void anIngressIsThereAsLongAsItIsAskedFor() throws Exception {
        apply("model: {uri: 'hf://a/one'}, expose: {ingress: {host: a.example.com, className: public}}");
        await().atMost(PATIENCE).until(() -> hosts().equals("m=a.example.com:m "));

        kube.kubectl("delete", "ingress", "m");
        await().atMost(PATIENCE).until(() -> hosts().equals("m=a.example.com:m "));
        kube.kubectl("create", "ingress", "other", "--rule=b.example.com/=m:80");

        apply("model: {uri: 'hf://a/one'}");
        await().atMost(PATIENCE).until(() -> hosts().equals("other=b.example.com:m "));
    }

    private String hosts() throws Exception {
        return kube.kubectl(
                        "get",
                        "ingress",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name}={.spec.rules[0].host}"
                                + ":{.spec.rules[0].http.paths[0].backend.service.name} {end}")
                .text();
    }

    @Test
    void aNameThatSomebodyElseHasIsLeftAlone() throws Exception {
        kube.kubectl("create", "service", "externalname", "m", "--external-name=example.com");
        apply("model: {uri: 'hf://a/one'}");

        LlmDeployment refused = awaitThat(it -> it.status()
                .condition("SpecValid")
                .filter(one -> "NameTaken".equals(one.getReason()))
                .isPresent());
        assertThat(refused.status().condition("Ready").orElseThrow().getMessage())
                .contains("Service m is there");
        assertThat(kube.kubectl("get", "service", "m", "-o", "yaml").text()).contains("example.com");
    }

    private long servingPods() {
        return kube.client().pods().inNamespace(kube.namespace()).list().getItems().stream()
                .filter(Pods::isReady)
                .count();
    }

    private LlmDeployment awaitThat(Predicate<LlmDeployment> holds) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(this::get, it -> it != null && holds.test(it));
    }

    private static boolean ready(LlmDeployment resource, String status) {
        return resource.status()
                .condition("Ready")
                .filter(one -> one.getStatus().equals(status))
                .isPresent();
    }

    private static boolean ready(LlmDeployment resource, String status, String reason) {
        return ready(resource, status)
                && resource.status()
                        .condition("Ready")
                        .orElseThrow()
                        .getReason()
                        .equals(reason);
    }

    private Deployment deployment(String name) {
        return kube.client()
                .apps()
                .deployments()
                .inNamespace(kube.namespace())
                .withName(name)
                .get();
    }

    private LlmDeployment get() {
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
    private String versions() throws Exception {
        return kube.kubectl(
                                "get",
                                "llm,deployments,services,serviceaccounts,networkpolicies,pdb,controllerrevisions,hpa",
                                "-l",
                                Labels.NAME + "=m",
                                "-o",
                                "jsonpath={range .items[*]}{.kind}/{.metadata.name}@{.metadata.resourceVersion} {end}")
                        .text()
                + get().getMetadata().getResourceVersion();
    }
}
