package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.condition;
import static dev.windlass.operator.TestedModel.eventually;
import static dev.windlass.operator.TestedModel.is;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.testing.KubeApi;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A resource becomes a served model, sleeps and wakes, against a real API server and real controllers; nodes and gateways say what
 * a test wants.
 */
class OperatorTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private final TestedModel m = new TestedModel(kube);
    private FakeNodes nodes;
    private TestedOperator operator;

    @BeforeEach
    void start() throws Exception {
        nodes = new FakeNodes(kube);
        operator = TestedOperator.on(kube).start();
    }

    @AfterEach
    void stop() {
        operator.close();
        nodes.close();
    }

    @Test
    void fiveLinesBecomeAServedModel() throws Exception {
        m.apply("model: {uri: 'hf://a/one'}");

        LlmDeployment served = m.awaitThat(it -> is(it, "Ready", "True"));
        assertThat(served.status().phase()).isEqualTo(LlmDeploymentStatus.Phase.Ready);
        assertThat(served.status().readyOfDesired()).isEqualTo("1/1");
        assertThat(served.status().stableRevision()).startsWith("m-");
        assertThat(kube.kubectl("get", "llm").text()).containsPattern("m +True +Ready +1/1 +m-");
        assertThat(m.describe()).contains("Normal", "Ready", "1 of 1 pods are ready");
        assertThat(kube.kubectl("get", "service,pdb,networkpolicy,serviceaccount,controllerrevision")
                        .text())
                .contains("service/m ", served.status().stableRevision());
        assertThat(operator.metrics())
                .contains("windlass_operator_leader 1.0", "windlass_operator_resources{phase=\"Ready\"} 1.0")
                .contains("windlass_operator_reconcile_seconds_count{outcome=\"done\"}")
                .contains("windlass_operator_api_requests_total{resource=\"deployments\",verb=\"PATCH\"}");
    }

    @Test
    void aNameThatSomebodyElseHasIsLeftAlone() throws Exception {
        kube.kubectl("create", "service", "externalname", "m", "--external-name=example.com");
        m.apply("model: {uri: 'hf://a/one'}");

        LlmDeployment refused = m.awaitThat(it -> it.status()
                .condition("SpecValid")
                .filter(one -> "NameTaken".equals(one.getReason()))
                .isPresent());
        assertThat(condition(refused, "Ready").getMessage()).contains("Service m is there");
        assertThat(kube.kubectl("get", "service", "m", "-o", "yaml").text()).contains("example.com");
    }

    @Test
    void anIdleModelSleepsAndARequestWakesIt() throws Exception {
        m.apply("model: {uri: 'hf://a/one'}, autoscaling: {minReplicas: 0, maxReplicas: 3, idle: {after: 3s}}");
        m.awaitThat(it -> is(it, "Ready", "True", "Serving"));
        m.awaitThat(it -> it.status().phase() == LlmDeploymentStatus.Phase.Sleeping);
        eventually()
                .until(() -> kube.client()
                        .pods()
                        .inNamespace(kube.namespace())
                        .list()
                        .getItems()
                        .isEmpty());

        operator.gateway().load(1, 0);
        m.awaitThat(it ->
                is(it, "Ready", "True", "Serving") && "1/1".equals(it.status().readyOfDesired()));
        operator.gateway().load(0, 1);
        assertThat(m.describe()).contains("Asleep", "woken by 1 waiting requests");
        eventually().until(() -> operator.metrics(), it -> it.contains("windlass_operator_wake_seconds_count 1"));
    }
}
