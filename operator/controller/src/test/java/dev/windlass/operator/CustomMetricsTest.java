package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.metrics.CustomMetrics;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real HorizontalPodAutoscaler of a real controller asks a real API server, which asks the operator. */
class CustomMetricsTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private FakeNodes nodes;
    private FakeGateway gateway;
    private FakeRuntimes runtimes;
    private @Nullable OperatorProcess operator;
    private int port;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        nodes = new FakeNodes(kube.client(), kube.namespace(), pod -> Fate.Ready);
        gateway = new FakeGateway(kube.client(), kube.namespace());
        runtimes = new FakeRuntimes();
        gateway.addresses(runtimes::address);
        port = freePort();
        kube.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(CustomMetrics.SECRET)
                        .withNamespace(kube.namespace())
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void stop() throws Exception {
        if (operator != null) {
            operator.close();
        }
        nodes.close();
        runtimes.close();
        kube.kubectl("delete", "apiservice", "v1beta2.custom.metrics.k8s.io", "--ignore-not-found");
    }

    @Test
    void anAutoscalerFollowsTheQueueUpAndDown() throws Exception {
        register(kube.namespace(), CustomMetrics.SERVICE);
        startOperator();
        runtimes.load(0, 0, 0);
        apply("""
                autoscaling: {provider: Hpa, minReplicas: 1, maxReplicas: 3, scaleDownDelay: 1s,
                  metrics: [{type: QueueDepth, target: 4}]}""");
        awaitThat(it -> "1/1".equals(it.status().readyOfDesired()));
        await().atMost(PATIENCE).until(() -> condition("ScalingActive").contains("True"));
        await().atMost(PATIENCE).until(() -> autoscalers().size() == 1);

        gateway.load(12, 0);
        awaitThat(it -> "3/3".equals(it.status().readyOfDesired()));
        assertThat(kube.kubectl("describe", "hpa").text()).contains("queue_depth", "SuccessfulRescale");
        assertThat(kube.kubectl("get", "llm", "m", "-o", "jsonpath={.status.autoscaling.history}")
                        .text())
                .contains("HorizontalPodAutoscaler");

        gateway.load(0, 0);
        awaitThat(it -> "1/1".equals(it.status().readyOfDesired()));
    }

    @Test
    void everyMetricIsAnsweredAndKubectlCanAsk() throws Exception {
        register(kube.namespace(), CustomMetrics.SERVICE);
        startOperator();
        runtimes.load(3, 2, 0.25);
        apply("""
                replicas: 2""");
        String hash = awaitThat(it -> "2/2".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision()
                .substring(2);
        gateway.load(4, 5);

        await().atMost(PATIENCE).until(() -> ask("queue_depth", hash), text -> text.contains("\"value\":\"10000m\""));
        assertThat(ask("concurrency", hash)).contains("\"value\":\"14000m\"", "\"kind\":\"LlmDeployment\"");
        assertThat(ask("kv_cache_utilization", hash)).contains("\"value\":\"250m\"");
        assertThat(ask("tokens_per_second", hash)).contains("\"value\":\"0m\"");
        assertThat(ask("time_to_first_token", hash)).contains("\"value\":\"0m\"");
        assertThat(ask("tokens", hash)).contains("expected one of the metrics [queue_depth");
        assertThat(kube.kubectl("get", "--raw", "/apis/custom.metrics.k8s.io/v1beta2")
                        .text())
                .contains("llmdeployments.windlass.dev/queue_depth");
        assertThat(kube.kubectl("get", "apiservice", "v1beta2.custom.metrics.k8s.io")
                        .text())
                .contains("True");
    }

    @Test
    void aPodThatSaysNothingIsNotTakenForAnIdleOne() throws Exception {
        register(kube.namespace(), CustomMetrics.SERVICE);
        startOperator();
        apply("replicas: 1");
        String hash = awaitThat(it -> "1/1".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision()
                .substring(2);

        await().atMost(PATIENCE).until(() -> ask("queue_depth", hash), text -> text.contains("1 of 1 pods have not"));
    }

    @Test
    void whereAnotherServerHasTheGroupTheOperatorScalesByItself() throws Exception {
        register("monitoring", "prometheus-adapter");
        startOperator();
        runtimes.load(0, 0, 0);
        apply("""
                autoscaling: {provider: Hpa, minReplicas: 1, maxReplicas: 3, scaleDownDelay: 1s,
                  metrics: [{type: QueueDepth, target: 4}]}""");
        awaitThat(it -> "1/1".equals(it.status().readyOfDesired()));

        gateway.load(12, 0);
        awaitThat(it -> "3/3".equals(it.status().readyOfDesired()));
        assertThat(autoscalers()).isEmpty();
        assertThat(condition("ScalingActive"))
                .contains(
                        "the operator scales by itself: custom.metrics.k8s.io is served by monitoring/prometheus-adapter");
        assertThat(kube.kubectl("get", "apiservice", "v1beta2.custom.metrics.k8s.io", "-o", "yaml")
                        .text())
                .doesNotContain("caBundle");
    }

    @Test
    void whoDoesNotSpeakForTheApiServerIsNotHeard() throws Exception {
        register(kube.namespace(), CustomMetrics.SERVICE);
        startOperator();
        await().atMost(PATIENCE)
                .until(() -> kube.kubectl("get", "apiservice", "v1beta2.custom.metrics.k8s.io")
                        .text()
                        .contains("True"));

        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new AnyServer()}, new SecureRandom());
        assertThatThrownBy(() -> {
                    try (var socket = (SSLSocket)
                            trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
                        socket.startHandshake();
                        socket.getOutputStream()
                                .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        if (socket.getInputStream().read() >= 0) {
                            throw new AssertionError("a stranger was answered");
                        }
                    }
                })
                .isInstanceOfAny(SSLException.class, SocketException.class);
    }

    private void startOperator() {
        var options = new OperatorOptions(
                Installation.STANDARD,
                kube.namespace(),
                Set.of(kube.namespace()),
                0,
                port,
                "",
                "",
                Duration.ofMillis(200));
        operator = OperatorProcess.start(
                options,
                kube.newClient(),
                new OperatorMetrics(),
                gateway,
                pod -> URI.create("http://" + runtimes.address(pod.getMetadata().getName())),
                InstantSource.system(),
                reason -> {});
    }

    /** As the chart does it; the Service leads to this machine. */
    private void register(String namespace, String service) throws Exception {
        Path file = Files.writeString(directory.resolve("apiservice.yaml"), """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s}
                spec: {type: ExternalName, externalName: localhost}
                ---
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1beta2.custom.metrics.k8s.io}
                spec:
                  group: custom.metrics.k8s.io
                  version: v1beta2
                  groupPriorityMinimum: 100
                  versionPriority: 100
                  service: {name: %s, namespace: %s, port: %d}
                """.formatted(
                        CustomMetrics.SERVICE, kube.namespace(), service, namespace, port));
        var applied = kube.kubectl("apply", "-f", file.toString());
        assertThat(applied.status()).as(applied.text()).isZero();
    }

    private void apply(String spec) throws Exception {
        Path file = Files.writeString(directory.resolve("m.yaml"), """
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec: {model: {uri: 'hf://a/one'}, %s}
                """.formatted(spec));
        var applied = kube.kubectl("apply", "-f", file.toString());
        assertThat(applied.status()).as(applied.text()).isZero();
    }

    private String ask(String metric, String hash) throws Exception {
        return kube.kubectl(
                        "get",
                        "--raw",
                        "/apis/custom.metrics.k8s.io/v1beta2/namespaces/%s/llmdeployments.windlass.dev/m/%s?metricLabelSelector=windlass.dev%%2Frevision%%3D%s"
                                .formatted(kube.namespace(), metric, hash))
                .text();
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

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static final class AnyServer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
