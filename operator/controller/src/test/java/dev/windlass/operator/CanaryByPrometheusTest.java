package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.condition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.RolloutStatus;
import dev.windlass.operator.FakeGateway.Experience;
import dev.windlass.operator.FakePrometheus.Reply;
import dev.windlass.operator.desired.InstallationFile;
import dev.windlass.testing.KubeApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A canary that is judged by what a Prometheus says of it, against a real API server and real controllers. */
class CanaryByPrometheusTest {
    @RegisterExtension
    static final KubeApi kube =
            KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml")).withControllers();

    private static final Reply REFUSED =
            new Reply(503, "{\"status\":\"error\",\"error\":\"out of order\"}", Duration.ZERO);

    private final TestedModel m = new TestedModel(kube);

    @TempDir
    Path directory;

    private volatile Function<String, Reply> answer = _ -> REFUSED;
    private FakePrometheus prometheus;
    private FakeNodes nodes;
    private TestedOperator operator;

    @BeforeEach
    void start() throws Exception {
        prometheus = new FakePrometheus(query -> answer.apply(query));
        nodes = new FakeNodes(kube);
        Path settings = Files.writeString(directory.resolve("settings.yaml"), "prometheus: " + prometheus.url());
        operator = TestedOperator.on(kube)
                .installation(InstallationFile.read(settings))
                .start();
    }

    @AfterEach
    void stop() {
        operator.close();
        nodes.close();
        prometheus.close();
    }

    @Test
    void aCanaryWhoseQueryExceedsItsBoundIsRolledBack() throws Exception {
        String stable = settled("max: '0.1'");
        answer = query -> Reply.sample("0.25");
        String canary = onTrial("max: '0.1'");

        LlmDeployment back = m.awaitThat(it -> it.status().canaryRevision().isEmpty()
                && condition(it, "Degraded").getStatus().equals("True"));

        assertThat(back.status().stableRevision()).isEqualTo(stable);
        assertThat(condition(back, "Degraded").getReason()).isEqualTo("Loss");
        assertThat(m.describe()).contains("RolledBack", "Loss 0.25 (limit 0.1)");
        assertThat(prometheus.asked())
                .isNotEmpty()
                .allSatisfy(question -> assertThat(question)
                        .contains("namespace=\"" + kube.namespace() + "\"", "revision=\"" + canary + "\"")
                        .containsPattern("\\[[1-9][0-9]*s]"));
        int asked = prometheus.asked().size();
        Thread.sleep(3000);
        assertThat(prometheus.asked()).as("after the trial").hasSize(asked);
    }

    @Test
    void aPrometheusThatDoesNotAnswerHoldsTheCanaryUntilItDoes() throws Exception {
        String stable = settled("maxRegression: '20%'");
        String canary = onTrial("maxRegression: '20%'");

        LlmDeployment held = m.awaitThat(it -> rollout(it).state() == RolloutStatus.State.Inconclusive);
        assertThat(rollout(held).checks()).singleElement().satisfies(check -> {
            assertThat(check.verdict()).isEqualTo(RolloutStatus.Verdict.Inconclusive);
            assertThat(check.message())
                    .isEqualTo("Loss inconclusive: Prometheus answered with status 503: out of order,"
                            + " asked for the canary");
        });
        Thread.sleep(5000);
        assertThat(m.get().status().canaryRevision()).as("after the hold").isEqualTo(canary);

        answer = query -> Reply.sample(query.contains(canary) ? "0.11" : "0.1");
        m.awaitThat(it -> it.status().stableRevision().equals(canary));
        assertThat(prometheus.asked())
                .anyMatch(question -> question.contains(stable))
                .anyMatch(question -> question.contains(canary));
    }

    private String settled(String limit) throws Exception {
        apply("one", limit);
        String stable = m.awaitPods("2/2").status().stableRevision();
        operator.gateway().experience(stable, new Experience(20, 0, 0));
        return stable;
    }

    private String onTrial(String limit) throws Exception {
        apply("two", limit);
        String canary = m.awaitThat(it -> Integer.valueOf(50).equals(it.status().canaryWeight()))
                .status()
                .canaryRevision();
        operator.gateway().experience(canary, new Experience(20, 0, 0));
        return canary;
    }

    private void apply(String model, String limit) throws Exception {
        m.apply("""
                model: {uri: 'hf://a/%s'}, replicas: 2, rollout: {strategy: Canary, canary: {steps: [{weight: 50, hold: 4s}],
                  analysis: {interval: 1s, minRequests: 20, metrics: [{name: Loss, %s, prometheus: {
                    query: 'avg_over_time(loss{namespace="{{namespace}}", revision="{{revision}}"}[{{window}}])'}}]}}}""".formatted(model, limit));
    }

    private static RolloutStatus rollout(LlmDeployment resource) {
        return Objects.requireNonNullElseGet(
                resource.status().rollout(), () -> new RolloutStatus(null, null, null, "", null, List.of(), null));
    }
}
