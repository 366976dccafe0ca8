package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.operator.certificates.MutualTls;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.desired.RuntimeTls;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operator with mutual TLS against a real API server and real controllers. */
class MutualTlsTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private FakeNodes nodes;
    private @Nullable OperatorProcess started;
    private volatile Fate fate = Fate.Ready;
    private volatile String runtime = "10.9.0.1:8080";

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        nodes = new FakeNodes(kube.client(), kube.namespace(), _ -> fate);
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
        startOperator(Installation.MutualTls.Use);
        apply();

        awaitThat(it -> is(it, "Ready", "True") && is(it, "TlsReady", "True"));
        assertThat(podsSpeakTls()).isTrue();
        Secret ofGateways = secret(system(), MutualTls.GATEWAYS);
        assertThat(ofGateways.getData()).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        assertThat(secret(kube.namespace(), "windlass-m-tls").getData().get("ca.crt"))
                .isEqualTo(ofGateways.getData().get("ca.crt"))
                .isEqualTo(secret(system(), MutualTls.AUTHORITY).getData().get("tls.crt"));
        assertThat(metrics())
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

        kube.client().resource(get()).delete();
        await().atMost(PATIENCE).until(() -> secret(kube.namespace(), "windlass-m-tls") == null);
    }

    @Test
    void podsAreRolledWhenEveryGatewayCanAndBack() throws Exception {
        startOperator(Installation.MutualTls.Never);
        apply();
        awaitThat(it -> is(it, "Ready", "True"));
        assertThat(get().status().condition("TlsReady")).isEmpty();
        assertThat(podsSpeakTls()).isFalse();
        stopOperator();
        emptySecrets();
        gateway("old", "--cluster");
        gateway("new", "--runtime-tls=/var/run/windlass/runtime-tls");

        startOperator(Installation.MutualTls.Use);
        awaitThat(it -> is(it, "TlsReady", "False", "GatewaysNotReady"));
        assertThat(message("TlsReady"))
                .isEqualTo("pods speak plain HTTP as yet: gateway old cannot speak TLS to pods, and is still there");
        Thread.sleep(2000);
        assertThat(podsSpeakTls()).isFalse();
        assertThat(secret(kube.namespace(), "windlass-m-tls")).isNotNull();

        kube.client()
                .pods()
                .inNamespace(system())
                .withName("old")
                .withGracePeriod(0)
                .delete();
        awaitThat(it -> is(it, "TlsReady", "True", "Issued") && is(it, "Ready", "True"));
        assertThat(podsSpeakTls()).isTrue();
        stopOperator();

        gateway("stray", "--cluster");
        startOperator(Installation.MutualTls.Use);
        Thread.sleep(4000);
        assertThat(podsSpeakTls())
                .as("whoever starts a gateway changes nothing")
                .isTrue();
        assertThat(is(get(), "TlsReady", "True", "Issued")).isTrue();
        stopOperator();

        startOperator(Installation.MutualTls.Accept);
        await().atMost(PATIENCE).until(() -> !podsSpeakTls());
        awaitThat(it ->
                is(it, "Ready", "True") && it.status().condition("TlsReady").isEmpty());
    }

    @Test
    void withoutAnAuthorityNothingIsBegunAndItIsSaid() throws Exception {
        startOperator(Installation.MutualTls.Use);
        apply();

        awaitThat(it -> is(it, "TlsReady", "False", "NoAuthority") && is(it, "Ready", "False", "NoAuthority"));
        assertThat(message("TlsReady"))
                .isEqualTo("Secret windlass-runtime-authority of %s: it is not there".formatted(system()));
        assertThat(deployments()).isEmpty();
        assertThat(kube.kubectl("describe", "llm", "m").text()).containsPattern("Warning +NoAuthority");
    }

    @Test
    void whoeverEmptiesTheAuthorityHasAllCertificatesMadeAnew() throws Exception {
        emptySecrets();
        startOperator(Installation.MutualTls.Use);
        apply();
        awaitThat(it -> is(it, "TlsReady", "True"));
        String old = bundle(kube.namespace(), "windlass-m-tls");

        kube.client().resource(secret(system(), MutualTls.AUTHORITY)).edit(one -> {
            one.setData(null);
            return one;
        });

        await().atMost(PATIENCE)
                .until(() -> !bundle(kube.namespace(), "windlass-m-tls").equals(old));
        assertThat(bundle(kube.namespace(), "windlass-m-tls")).isEqualTo(bundle(system(), MutualTls.GATEWAYS));
    }

    private static String bundle(String namespace, String name) {
        return secret(namespace, name).getData().getOrDefault("ca.crt", "");
    }

    @Test
    void theOperatorAsksPodsThatSpeakTlsWhatTheyDo() throws Exception {
        emptySecrets();
        fate = Fate.Loads;
        startOperator(Installation.MutualTls.Use);
        apply();
        await().atMost(PATIENCE).until(() -> secret(kube.namespace(), "windlass-m-tls") != null);

        try (var server = new FakeTlsRuntime(secret(kube.namespace(), "windlass-m-tls"))) {
            runtime = server.address();
            LlmDeployment told = awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Downloading);
            assertThat(told.status().download()).isEqualTo(new LlmDeploymentStatus.Download(50, 7L, 9L));
            assertThat(server.callers()).containsOnly("spiffe://windlass/operator");
        }
    }

    private void stopOperator() {
        if (started != null) {
            started.close();
        }
    }

    private void startOperator(Installation.MutualTls mode) throws IOException {
        var options = new OperatorOptions(
                Installation.STANDARD.withMutualTls(mode),
                system(),
                Set.of(kube.namespace()),
                0,
                0,
                "",
                "",
                Duration.ofMillis(200));
        started = OperatorProcess.start(
                options,
                kube.newClient(),
                new OperatorMetrics(),
                new FakeGateway(kube.client(), kube.namespace()),
                pod -> URI.create((RuntimeTls.isSpokenBy(pod) ? "https://" : "http://") + runtime),
                InstantSource.system(),
                reason -> {});
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

    private static boolean podsSpeakTls() {
        return deployments().stream().allMatch(RuntimeTls::isSpokenBy);
    }

    private static List<Deployment> deployments() {
        return kube.client()
                .apps()
                .deployments()
                .inNamespace(kube.namespace())
                .list()
                .getItems();
    }

    private LlmDeployment awaitThat(Predicate<LlmDeployment> holds) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(MutualTlsTest::get, it -> it != null && holds.test(it));
    }

    private static boolean is(LlmDeployment resource, String type, String status) {
        return resource.status()
                .condition(type)
                .filter(one -> one.getStatus().equals(status))
                .isPresent();
    }

    private static boolean is(LlmDeployment resource, String type, String status, String reason) {
        return is(resource, type, status)
                && resource.status().condition(type).orElseThrow().getReason().equals(reason);
    }

    private static String message(String type) {
        return get().status().condition(type).map(Condition::getMessage).orElse("");
    }

    private static LlmDeployment get() {
        return kube.client()
                .resources(LlmDeployment.class)
                .inNamespace(kube.namespace())
                .withName("m")
                .get();
    }

    private void apply() throws Exception {
        Path file = Files.writeString(directory.resolve("m.yaml"), """
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec: {model: {uri: 'hf://a/one'}}
                """);
        assertThat(kube.kubectl("apply", "-f", file.toString()).status()).isZero();
    }

    private String metrics() throws IOException {
        try (var body = URI.create(
                        "http://127.0.0.1:" + Objects.requireNonNull(started).port() + "/metrics")
                .toURL()
                .openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The resource versions of all that the operator writes. */
    private static String versions() throws Exception {
        return kube.kubectl(
                                "get",
                                "llm,deployments,services,serviceaccounts,networkpolicies,pdb,controllerrevisions,secrets",
                                "-l",
                                Labels.NAME + "=m",
                                "-o",
                                "jsonpath={range .items[*]}{.kind}/{.metadata.name}@{.metadata.resourceVersion} {end}")
                        .text()
                + get().getMetadata().getResourceVersion()
                + secret(system(), MutualTls.GATEWAYS).getMetadata().getResourceVersion()
                + secret(system(), MutualTls.AUTHORITY).getMetadata().getResourceVersion();
    }
}
