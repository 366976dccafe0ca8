package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.testing.KubeApi;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a model is reached from outside, against a real API server: by an Ingress, and by a route where the cluster has such. */
class ExposureTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Path ROUTES = Path.of("src/test/resources/definitions/httproutes.yaml");
    private static final String MODEL = "model: {uri: 'hf://a/one'}";

    private final TestedModel m = new TestedModel(kube);
    private FakeNodes nodes;
    private TestedOperator operator;

    @BeforeEach
    void start() throws Exception {
        // Other tests of this server know it.
        kube.undefine(ROUTES);
        nodes = new FakeNodes(kube);
        operator = TestedOperator.on(kube).start();
    }

    @AfterEach
    void stop() {
        operator.close();
        nodes.close();
    }

    @Test
    void anIngressIsThereAsLongAsItIsAskedFor() throws Exception {
        m.apply(MODEL + ", expose: {ingress: {host: a.example.com, className: public}}");
        eventually().until(() -> hosts().equals("m=a.example.com:m "));

        kube.kubectl("delete", "ingress", "m");
        eventually().until(() -> hosts().equals("m=a.example.com:m "));
        kube.kubectl("create", "ingress", "other", "--rule=b.example.com/=m:80");

        m.apply(MODEL);
        eventually().until(() -> hosts().equals("other=b.example.com:m "));
    }

    @Test
    void anIngressOfSomebodyElseIsLeftAlone() throws Exception {
        kube.kubectl("create", "ingress", "m", "--rule=theirs.example.com/=other:80");
        m.apply(MODEL + ", expose: {ingress: {host: a.example.com}}");

        eventually().until(() -> m.says("SpecValid").contains("Ingress m is there"));
        assertThat(kube.kubectl("get", "ingress", "m", "-o", "yaml").text()).contains("theirs.example.com");
    }

    @Test
    void aRouteComesWithItsDefinitionAndGoesWithTheWish() throws Exception {
        String exposed = MODEL + ", expose: {gateway: {name: public, namespace: gateways, hostname: a.example.com}}";
        m.apply(exposed);
        eventually().until(() -> m.says("SpecValid").contains("this cluster has no HTTPRoutes"));
        assertThat(kube.kubectl("get", "service", "m", "-o", "name").text()).contains("service/m");

        kube.define(ROUTES);
        eventually().until(this::routes, "m=a.example.com:gateways/public:windlass-system/windlass-gateway "::equals);
        eventually().until(() -> m.says("SpecValid").equals("True the spec can be carried out"));

        kube.kubectl("delete", "httproute", "m");
        eventually().until(this::routes, it -> it.startsWith("m="));

        // The next operator finds the definition there, and a route that nobody wants any more.
        operator.close();
        m.apply(MODEL);
        operator = TestedOperator.on(kube).start();
        eventually().until(this::routes, String::isEmpty);
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
}
