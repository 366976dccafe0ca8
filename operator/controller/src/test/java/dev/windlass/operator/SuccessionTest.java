package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.is;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.observe.Pods;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Another operator goes on where one ended, against a real API server and real controllers. */
class SuccessionTest {
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
    void nothingIsWrittenWhereNothingChanges() throws Exception {
        m.apply("model: {uri: 'hf://a/one'}");
        LlmDeployment served = m.awaitThat(it -> is(it, "Ready", "True"));
        Thread.sleep(3000);
        String before = m.versions();
        Thread.sleep(3000);
        assertThat(m.versions()).isEqualTo(before);
        operator.close();
        operator = TestedOperator.on(kube).start();
        Thread.sleep(5000);
        assertThat(m.versions()).as("after another operator has taken over").isEqualTo(before);
        assertThat(m.get().getMetadata().getGeneration())
                .isEqualTo(served.getMetadata().getGeneration());
    }

    @Test
    void anOperatorThatIsKilledAgainAndAgainGetsThere() throws Exception {
        var chance = new Random(7);
        m.apply("model: {uri: 'hf://a/one'}, replicas: 3");
        String first = m.awaitPods("3/3").status().stableRevision();

        m.apply("model: {uri: 'hf://a/two'}, replicas: 3");
        int kills = 0;
        while (m.get().status().stableRevision().equals(first) || m.hasDeployment(first)) {
            assertThat(kills++).as("kills").isLessThan(60);
            Thread.sleep(500 + chance.nextInt(1500));
            assertThat(servingPods()).as("pods that serve, at kill %d", kills).isGreaterThanOrEqualTo(3);
            operator.kill();
            operator = TestedOperator.on(kube).start();
        }
        m.awaitPods("3/3");
        assertThat(m.deployments()).hasSize(1);
        assertThat(kills).isPositive();
    }

    @Test
    void theNextOneLeadsWhenALeaderGoes() throws Exception {
        operator.close();
        operator = TestedOperator.on(kube).lease("lease").start();
        m.apply("model: {uri: 'hf://a/one'}");
        m.awaitThat(it -> is(it, "Ready", "True"));
        try (TestedOperator second = TestedOperator.on(kube).lease("lease").start()) {
            assertThat(second.metrics()).contains("windlass_operator_leader 0.0");
            operator.close();
            m.apply("model: {uri: 'hf://a/one'}, replicas: 2");
            m.awaitPods("2/2");
            assertThat(second.metrics()).contains("windlass_operator_leader 1.0");
        }
    }

    private long servingPods() {
        return kube.client().pods().inNamespace(kube.namespace()).list().getItems().stream()
                .filter(Pods::isReady)
                .count();
    }

    @Test
    void itIsMeasuredWhileItStarts() throws Exception {
        operator.close();
        var telemetry = new OperatorMetrics();
        var isStarted = new AtomicBoolean();
        try (var scraper = Executors.newSingleThreadExecutor()) {
            Future<Integer> scrapes = scraper.submit(() -> {
                int count = 0;
                while (!isStarted.get()) {
                    telemetry.scrape(null);
                    count++;
                }
                return count;
            });
            try {
                operator = TestedOperator.on(kube).telemetry(telemetry).start();
            } finally {
                isStarted.set(true);
            }
            assertThat(scrapes.get(1, TimeUnit.MINUTES)).isPositive();
        }
    }
}
