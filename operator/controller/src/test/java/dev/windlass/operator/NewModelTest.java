package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.condition;
import static dev.windlass.operator.TestedModel.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.FakeGateway.Experience;
import dev.windlass.testing.KubeApi;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A new model takes the place of the old one, or is rolled back, against a real API server and real controllers. */
class NewModelTest {
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
    void aNewModelTakesThePlaceOfTheOldOneAndComesBack() throws Exception {
        m.apply("model: {uri: 'hf://a/one'}, replicas: 2");
        String first = m.awaitPods("2/2").status().stableRevision();

        m.apply("model: {uri: 'hf://a/two'}, replicas: 2");
        String second = m.awaitThat(it -> !it.status().stableRevision().equals(first)
                        && "2/2".equals(it.status().readyOfDesired()))
                .status()
                .stableRevision();
        eventually().until(() -> !m.hasDeployment(first));

        m.apply("model: {uri: 'hf://a/one'}, replicas: 2");
        m.awaitThat(it -> it.status().stableRevision().equals(first)
                && "2/2".equals(it.status().readyOfDesired()));
        eventually().until(() -> !m.hasDeployment(second));
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
        m.apply("model: {uri: 'hf://a/one'}" + canary);
        String first = m.awaitPods("2/2").status().stableRevision();
        operator.gateway().experience(first, new Experience(20, 0, 0));

        m.apply("model: {uri: 'hf://a/slow'}" + canary);
        LlmDeployment onTrial =
                m.awaitThat(it -> Integer.valueOf(50).equals(it.status().canaryWeight()));
        operator.gateway().experience(onTrial.status().canaryRevision(), new Experience(20, 0, 2));

        LlmDeployment back = m.awaitThat(it -> it.status().canaryRevision().isEmpty()
                && condition(it, "Degraded").getStatus().equals("True"));
        assertThat(back.status().stableRevision()).isEqualTo(first);
        assertThat(condition(back, "Degraded").getReason()).isEqualTo("TtftP95");
        assertThat(m.describe()).contains("RolledBack", "TtftP95", "limit 20 %");
        assertThat(operator.metrics())
                .contains("windlass_operator_rollbacks_total{reason=\"TtftP95\"} 1.0")
                .containsPattern("windlass_operator_rollout_state\\{.*name=\"m\".*state=\"Aborted\"\\} 1.0");
        eventually().until(() -> !m.hasDeployment(onTrial.status().canaryRevision()));

        m.apply("model: {uri: 'hf://a/good'}" + canary);
        LlmDeployment next =
                m.awaitThat(it -> Integer.valueOf(50).equals(it.status().canaryWeight()));
        operator.gateway().experience(next.status().canaryRevision(), new Experience(20, 0, 0));
        m.awaitThat(it -> it.status().stableRevision().equals(next.status().canaryRevision())
                && "2/2".equals(it.status().readyOfDesired()));
    }
}
