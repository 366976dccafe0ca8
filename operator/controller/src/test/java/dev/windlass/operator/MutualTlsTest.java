package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.eventually;
import static dev.windlass.operator.TestedModel.is;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.operator.certificates.MutualTls;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.RuntimeTls;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator with mutual TLS against a real API server and real controllers. */
class MutualTlsTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private final TestedModel m = new TestedModel(kube);
    private FakeNodes nodes;
    private @Nullable TestedOperator started;
    private volatile String runtime = "10.9.0.1:8080";

    @BeforeEach
    void start() throws Exception {
        nodes = new FakeNodes(kube);
        kube.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(system())
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void stop() {
        stopOperator();
        nodes.close();
    }

    @Test
    void podsHaveACertificateThatGatewaysKnowAndNothingIsWrittenAtRest() throws Exception {
        emptySecrets();
        TestedOperator operator = startOperator(Installation.MutualTls.Use);
        m.apply("model: {uri: 'hf://a/one'}");

        m.awaitThat(it -> is(it, "Ready", "True") && is(it, "TlsReady", "True"));
        assertThat(podsSpeakTls()).isTrue();
        Secret ofGateways = secret(system(), MutualTls.GATEWAYS);
        assertThat(ofGateways.getData()).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        assertThat(secret(kube.namespace(), "windlass-m-tls").getData().get("ca.crt"))
                .isEqualTo(ofGateways.getData().get("ca.crt"))
                .isEqualTo(secret(system(), MutualTls.AUTHORITY).getData().get("tls.crt"));
        assertThat(operator.metrics())
                .containsPattern("windlass_operator_certificate_expiry_seconds\\{certificate=\"model\"} 777\\d{4}\\.0")
                .contains("certificate=\"authority\"", "certificate=\"gateway\"", "certificate=\"operator\"");

        Thread.sleep(3000);
        String before = versions();
        Thread.sleep(3000);
        assertThat(versions()).isEqualTo(before);
        stopOperator();
        startOperator(Installation.MutualTls.Use);
        Thread.sleep(4000);
        assertThat(versions()).as("after another operator has taken over").isEqualTo(before);

        m.delete();
        eventually().until(() -> secret(kube.namespace(), "windlass-m-tls") == null);
    }

    @Test
    void podsAreRolledWhenEveryGatewayCanAndBack() throws Exception {
        startOperator(Installation.MutualTls.Never);
        m.apply("model: {uri: 'hf://a/one'}");
        m.awaitThat(it -> is(it, "Ready", "True"));
        assertThat(m.get().status().condition("TlsReady")).isEmpty();
        assertThat(podsSpeakTls()).isFalse();
        stopOperator();
        emptySecrets();
        gateway("old", "--cluster");
        gateway("new", "--runtime-tls=/var/run/windlass/runtime-tls");

        startOperator(Installation.MutualTls.Use);
        m.awaitThat(it -> is(it, "TlsReady", "False", "GatewaysNotReady"));
        assertThat(m.says("TlsReady"))
                .isEqualTo(
                        "False pods speak plain HTTP as yet: gateway old cannot speak TLS to pods, and is still there");
        Thread.sleep(2000);
        assertThat(podsSpeakTls()).isFalse();
        assertThat(secret(kube.namespace(), "windlass-m-tls")).isNotNull();

        kube.client()
                .pods()
                .inNamespace(system())
                .withName("old")
                .withGracePeriod(0)
                .delete();
        m.awaitThat(it -> is(it, "TlsReady", "True", "Issued") && is(it, "Ready", "True"));
        assertThat(podsSpeakTls()).isTrue();
        stopOperator();

        gateway("stray", "--cluster");
        startOperator(Installation.MutualTls.Use);
        Thread.sleep(4000);
        assertThat(podsSpeakTls())
                .as("whoever starts a gateway changes nothing")
                .isTrue();
        assertThat(is(m.get(), "TlsReady", "True", "Issued")).isTrue();
        stopOperator();

        startOperator(Installation.MutualTls.Accept);
        eventually().until(() -> !podsSpeakTls());
        m.awaitThat(it ->
                is(it, "Ready", "True") && it.status().condition("TlsReady").isEmpty());
    }

    @Test
    void withoutAnAuthorityNothingIsBegunAndItIsSaid() throws Exception {
        startOperator(Installation.MutualTls.Use);
        m.apply("model: {uri: 'hf://a/one'}");

        m.awaitThat(it -> is(it, "TlsReady", "False", "NoAuthority") && is(it, "Ready", "False", "NoAuthority"));
        assertThat(m.says("TlsReady"))
                .isEqualTo("False Secret windlass-runtime-authority of %s: it is not there".formatted(system()));
        assertThat(m.deployments()).isEmpty();
        assertThat(m.describe()).containsPattern("Warning +NoAuthority");
    }

    @Test
    void whoeverEmptiesTheAuthorityHasAllCertificatesMadeAnew() throws Exception {
        emptySecrets();
        startOperator(Installation.MutualTls.Use);
        m.apply("model: {uri: 'hf://a/one'}");
        m.awaitThat(it -> is(it, "TlsReady", "True"));
        String old = bundle(kube.namespace(), "windlass-m-tls");

        kube.client().resource(secret(system(), MutualTls.AUTHORITY)).edit(one -> {
            one.setData(null);
            return one;
        });

        eventually().until(() -> !bundle(kube.namespace(), "windlass-m-tls").equals(old));
        assertThat(bundle(kube.namespace(), "windlass-m-tls")).isEqualTo(bundle(system(), MutualTls.GATEWAYS));
    }

    private static String bundle(String namespace, String name) {
        return secret(namespace, name).getData().getOrDefault("ca.crt", "");
    }

    @Test
    void theOperatorAsksPodsThatSpeakTlsWhatTheyDo() throws Exception {
        emptySecrets();
        nodes.decide("hf://a/one", Fate.Loads);
        startOperator(Installation.MutualTls.Use);
        m.apply("model: {uri: 'hf://a/one'}");
        eventually().until(() -> secret(kube.namespace(), "windlass-m-tls") != null);

        try (var server = new FakeTlsRuntime(secret(kube.namespace(), "windlass-m-tls"))) {
            runtime = server.address();
            LlmDeployment told = m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Downloading);
            assertThat(told.status().download()).isEqualTo(new LlmDeploymentStatus.Download(50, 7L, 9L));
            assertThat(server.callers()).containsOnly("spiffe://windlass/operator");
        }
    }

    private void stopOperator() {
        if (started != null) {
            started.close();
        }
    }

    private TestedOperator startOperator(Installation.MutualTls mode) throws IOException {
        TestedOperator operator = TestedOperator.on(kube)
                .installation(Installation.STANDARD.withMutualTls(mode))
                .runsIn(system())
                .runtimes(pod -> URI.create((RuntimeTls.isSpokenBy(pod) ? "https://" : "http://") + runtime))
                .start();
        started = operator;
        return operator;
    }

    private static String system() {
        return kube.namespace() + "-system";
    }

    /** As the chart leaves them. */
    private static void emptySecrets() {
        for (String name : List.of(MutualTls.AUTHORITY, MutualTls.GATEWAYS)) {
            kube.client()
                    .resource(new SecretBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .withNamespace(system())
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    private static void gateway(String name, String argument) {
        kube.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(system())
                        .addToLabels("app.kubernetes.io/name", "windlass-gateway")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("gateway")
                        .withImage("g")
                        .withArgs(argument)
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static Secret secret(String namespace, String name) {
        return kube.client().secrets().inNamespace(namespace).withName(name).get();
    }

    private boolean podsSpeakTls() {
        return m.deployments().stream().allMatch(RuntimeTls::isSpokenBy);
    }

    /** Of the authority and of what gateways show too. */
    private String versions() throws Exception {
        return m.versions()
                + secret(system(), MutualTls.GATEWAYS).getMetadata().getResourceVersion()
                + secret(system(), MutualTls.AUTHORITY).getMetadata().getResourceVersion();
    }
}
