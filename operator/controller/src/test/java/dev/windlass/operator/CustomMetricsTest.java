package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.operator.metrics.CustomMetrics;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
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

/** A real HorizontalPodAutoscaler of a real controller asks a real API server, which asks the operator. */
class CustomMetricsTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final String SCALED = """
            model: {uri: 'hf://a/one'}, autoscaling: {provider: Hpa, minReplicas: 1, maxReplicas: 3, scaleDownDelay: 1s,
              metrics: [{type: QueueDepth, target: 4}]}""";

    private final TestedModel m = new TestedModel(kube);
    private FakeNodes nodes;
    private FakeRuntimes runtimes;
    private @Nullable TestedOperator started;
    private int port;

    @BeforeEach
    void start() throws Exception {
        nodes = new FakeNodes(kube);
        runtimes = new FakeRuntimes();
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
        if (started != null) {
            started.close();
        }
        nodes.close();
        runtimes.close();
        kube.kubectl("delete", "apiservice", "v1beta2.custom.metrics.k8s.io", "--ignore-not-found");
    }

    @Test
    void anAutoscalerFollowsTheQueueUpAndDown() throws Exception {
        TestedOperator operator = startWhereTheGroupIsServedBy(kube.namespace(), CustomMetrics.SERVICE);
        runtimes.load(0, 0, 0);
        m.apply(SCALED);
        m.awaitPods("1/1");
        eventually().until(() -> m.says("ScalingActive").contains("True"));
        eventually().until(() -> m.autoscalers().size() == 1);

        operator.gateway().load(12, 0);
        m.awaitPods("3/3");
        assertThat(kube.kubectl("describe", "hpa").text()).contains("queue_depth", "SuccessfulRescale");
        assertThat(kube.kubectl("get", "llm", "m", "-o", "jsonpath={.status.autoscaling.history}")
                        .text())
                .contains("HorizontalPodAutoscaler");

        operator.gateway().load(0, 0);
        m.awaitPods("1/1");
    }

    @Test
    void everyMetricIsAnsweredAndKubectlCanAsk() throws Exception {
        TestedOperator operator = startWhereTheGroupIsServedBy(kube.namespace(), CustomMetrics.SERVICE);
        runtimes.load(3, 2, 0.25);
        m.apply("model: {uri: 'hf://a/one'}, replicas: 2");
        String hash = m.awaitPods("2/2").status().stableRevision().substring(2);
        operator.gateway().load(4, 5);

        eventually().until(() -> ask("queue_depth", hash), text -> text.contains("\"value\":\"10000m\""));
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
        startWhereTheGroupIsServedBy(kube.namespace(), CustomMetrics.SERVICE);
        m.apply("model: {uri: 'hf://a/one'}, replicas: 1");
        String hash = m.awaitPods("1/1").status().stableRevision().substring(2);

        eventually().until(() -> ask("queue_depth", hash), text -> text.contains("1 of 1 pods have not"));
    }

    @Test
    void whereAnotherServerHasTheGroupTheOperatorScalesByItself() throws Exception {
        TestedOperator operator = startWhereTheGroupIsServedBy("monitoring", "prometheus-adapter");
        runtimes.load(0, 0, 0);
        m.apply(SCALED);
        m.awaitPods("1/1");

        operator.gateway().load(12, 0);
        m.awaitPods("3/3");
        assertThat(m.autoscalers()).isEmpty();
        assertThat(m.says("ScalingActive"))
                .contains(
                        "the operator scales by itself: custom.metrics.k8s.io is served by monitoring/prometheus-adapter");
        assertThat(kube.kubectl("get", "apiservice", "v1beta2.custom.metrics.k8s.io", "-o", "yaml")
                        .text())
                .doesNotContain("caBundle");
    }

    @Test
    void whoDoesNotSpeakForTheApiServerIsNotHeard() throws Exception {
        startWhereTheGroupIsServedBy(kube.namespace(), CustomMetrics.SERVICE);
        eventually()
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

    /** Registered as the chart does it; the Service leads to this machine. */
    private TestedOperator startWhereTheGroupIsServedBy(String namespace, String service) throws Exception {
        kube.apply("""
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
                """.formatted(CustomMetrics.SERVICE, kube.namespace(), service, namespace, port));
        TestedOperator operator =
                TestedOperator.on(kube).metricsPort(port).runtimes(runtimes).start();
        started = operator;
        return operator;
    }

    private String ask(String metric, String hash) throws Exception {
        return kube.kubectl(
                        "get",
                        "--raw",
                        "/apis/custom.metrics.k8s.io/v1beta2/namespaces/%s/llmdeployments.windlass.dev/m/%s?metricLabelSelector=windlass.dev%%2Frevision%%3D%s"
                                .formatted(kube.namespace(), metric, hash))
                .text();
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
