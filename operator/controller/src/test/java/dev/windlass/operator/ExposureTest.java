package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.FakeNodes.Fate;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How a model is reached from outside, against a real API server: by an Ingress, and by a route where the cluster has such. */
class ExposureTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path ROUTES = Path.of("src/test/resources/definitions/httproutes.yaml");
    private static final String MODEL = "model: {uri: 'hf://a/one'}";

    private FakeNodes nodes;
    private OperatorProcess operator;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        // Other tests of this server know it.
        kube.undefine(ROUTES);
        nodes = new FakeNodes(kube.client(), kube.namespace(), _ -> Fate.Ready);
        operator = startOperator();
    }

    private OperatorProcess startOperator() throws Exception {
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
                new FakeGateway(kube.client(), kube.namespace()),
                pod -> URI.create("http://" + pod.getMetadata().getName() + ":8080"),
                InstantSource.system(),
                reason -> {});
    }

    @AfterEach
    void stop() {
        operator.close();
        nodes.close();
    }

    @Test
    void anIngressOfSomebodyElseIsLeftAlone() throws Exception {
        kube.kubectl("create", "ingress", "m", "--rule=theirs.example.com/=other:80");
        apply(MODEL + ", expose: {ingress: {host: a.example.com}}");

        await().atMost(PATIENCE).until(() -> specValid().contains("Ingress m is there"));
        assertThat(kube.kubectl("get", "ingress", "m", "-o", "yaml").text()).contains("theirs.example.com");
    }

    @Test
    void aRouteComesWithItsDefinitionAndGoesWithTheWish() throws Exception {
        String exposed = MODEL + ", expose: {gateway: {name: public, namespace: gateways, hostname: a.example.com}}";
        apply(exposed);
        await().atMost(PATIENCE).until(() -> specValid().contains("this cluster has no HTTPRoutes"));
        assertThat(kube.kubectl("get", "service", "m", "-o", "name").text()).contains("service/m");

        kube.define(ROUTES);
        await().atMost(PATIENCE)
                .until(this::routes, "m=a.example.com:gateways/public:windlass-system/windlass-gateway "::equals);
        await().atMost(PATIENCE).until(() -> specValid().equals("the spec can be carried out"));

        kube.kubectl("delete", "httproute", "m");
        await().atMost(PATIENCE).until(this::routes, it -> it.startsWith("m="));

        // The next operator finds the definition there, and a route that nobody wants any more.
        operator.close();
        apply(MODEL);
        operator = startOperator();
        await().atMost(PATIENCE).until(this::routes, String::isEmpty);
    }

    private String routes() throws Exception {
        return kube.kubectl(
                        "get",
                        "httproutes",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.name}={.spec.hostnames[0]}"
                                + ":{.spec.parentRefs[0].namespace}/{.spec.parentRefs[0].name}"
                                + ":{.spec.rules[0].backendRefs[0].namespace}/{.spec.rules[0].backendRefs[0].name} {end}")
                .text();
    }

    private String specValid() {
        LlmDeployment found = kube.client()
                .resources(LlmDeployment.class)
                .inNamespace(kube.namespace())
                .withName("m")
                .get();
        return found == null || found.getStatus() == null
                ? ""
                : found.status()
                        .condition("SpecValid")
                        .map(Condition::getMessage)
                        .orElse("");
    }

    private void apply(String spec) throws Exception {
        Path file = Files.writeString(directory.resolve("m.yaml"), """
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec: {%s}
                """.formatted(spec));
        kube.kubectl("apply", "--server-side", "--force-conflicts", "-f", file.toString());
    }
}
