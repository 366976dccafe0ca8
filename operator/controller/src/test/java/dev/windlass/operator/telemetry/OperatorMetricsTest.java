package dev.windlass.operator.telemetry;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.Resources;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Failure;
import dev.windlass.operator.rollout.Instructions;
import dev.windlass.operator.rollout.Notice;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.Role;
import dev.windlass.operator.rollout.RolloutPlan;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.RolloutState;
import dev.windlass.operator.rollout.Verdict;
import dev.windlass.operator.rollout.Verdict.Outcome;
import dev.windlass.operator.scaling.ScalingState;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.monitoring.Metrics.ControllerExecution;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Path DOCUMENT = Path.of("..", "..", "docs", "metrics.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `(windlass_operator_\\w+)` \\| (\\w+) \\| ([^|]*) \\| .+ \\|");
    private static final Pattern TYPE = Pattern.compile("# TYPE (windlass_operator_\\w+) (\\w+)");
    private static final Pattern SAMPLE = Pattern.compile("(windlass_operator_\\w+)(?:\\{(.*)})? \\S+");
    private static final String SCALED = "model: {uri: 'hf://a/b'}, autoscaling: {minReplicas: 0, maxReplicas: 3}";

    private final OperatorMetrics metrics = new OperatorMetrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void documentsNameTypeAndLabelsOfEverySeries() throws Exception {
        everything();

        assertThat(exposed()).isEqualTo(documented());
    }

    @Test
    void whatHasNotHappenedYetIsNought() throws Exception {
        var before = series();
        assertThat(before)
                .contains(
                        "windlass_operator_rollbacks_total{reason=\"TtftP95\"}",
                        "windlass_operator_rollbacks_total{reason=\"CrashLoop\"}",
                        "windlass_operator_rollbacks_total{reason=\"SmokeFailed\"}",
                        "windlass_operator_preparation_seconds_count",
                        "windlass_operator_reconcile_seconds_count{outcome=\"failed\"}");

        everything();

        // Names of exceptions and of kinds of objects are nobody's to list, and a rollout's events have words of their
        // own.
        assertThat(series())
                .filteredOn(name -> name.matches("windlass_operator_(\\w+_total|\\w+_count)\\b.*"))
                .filteredOn(name ->
                        !name.matches("windlass_operator_(rollout_events|reconcile_errors|api_requests)_total.*"))
                .isSubsetOf(before);
    }

    @Test
    void aRollbackIsCountedOnceAndByNoNameOfAUsers() throws Exception {
        var back = new RolloutPlan(
                List.of(), state("b", "my-own-check"), Set.of(), Set.of(), List.of(notice("RolledBack")), null);
        decide(back, memory(state(null, null), 2), memory(state("b", "my-own-check"), 2));
        decide(
                new RolloutPlan(List.of(), state("b", "my-own-check"), Set.of(), Set.of(), List.of(), null),
                memory(state("b", "my-own-check"), 2),
                memory(state("b", "my-own-check"), 2));

        assertThat(text())
                .contains("windlass_operator_rollbacks_total{reason=\"Prometheus\"} 1.0")
                .contains("windlass_operator_verdicts_total{check=\"Prometheus\",verdict=\"Fail\"} 1.0")
                .doesNotContain("my-own-check");
    }

    @Test
    void aWakeLastsFromTheDecisionUntilUsersAreServed() {
        decide(plan(0), memory(state(null, null), 0), memory(state(null, null), 1));
        decide(plan(0), memory(state(null, null), 1), memory(state(null, null), 1), NOW.plusSeconds(5));
        assertThat(text()).contains("windlass_operator_scalings_total{direction=\"Wake\",provider=\"Auto\"} 1.0");
        assertThat(text()).contains("windlass_operator_wake_seconds_count 0");

        decide(plan(100), memory(state(null, null), 1), memory(state(null, null), 1), NOW.plusSeconds(20));
        decide(plan(100), memory(state(null, null), 1), memory(state(null, null), 1), NOW.plusSeconds(30));

        assertThat(text())
                .contains("windlass_operator_wake_seconds_count 1", "windlass_operator_wake_seconds_sum 20.0");
    }

    @Test
    void ofManyRolloutsOnlySomeHaveSeriesOfTheirOwn() {
        List<LlmDeployment> many = IntStream.range(0, 1000)
                .mapToObj(number -> rollout("m%03d".formatted(number), "Paused"))
                .toList();
        metrics.observe(() -> many);

        assertThat(text())
                .contains(
                        "windlass_operator_rollouts_left_out 800.0",
                        "windlass_operator_resources{phase=\"Canary\"} 1000.0")
                .contains("name=\"m199\"")
                .doesNotContain("name=\"m200\"");
    }

    @Test
    void whatIsWellHasNoSeriesOfItsOwn() {
        metrics.observe(() -> List.of(rollout("well", "Succeeded")));

        assertThat(text()).doesNotContain("well").contains("windlass_operator_resources{phase=\"Canary\"} 1.0");
    }

    @Test
    void aRequestIsCountedByItsKindAndNotByItsName() {
        assertThat(ApiRequests.resource("/api/v1/namespaces/ns/services/m")).isEqualTo("services");
        assertThat(ApiRequests.resource("/apis/apps/v1/namespaces/ns/deployments/m-70b"))
                .isEqualTo("deployments");
        assertThat(ApiRequests.resource("/apis/windlass.dev/v1alpha1/namespaces/ns/llmdeployments/m/status"))
                .isEqualTo("llmdeployments/status");
        assertThat(ApiRequests.resource("/apis/windlass.dev/v1alpha1/llmdeployments"))
                .isEqualTo("llmdeployments");
        assertThat(ApiRequests.resource("/api/v1/namespaces/ns")).isEqualTo("namespaces");
        assertThat(ApiRequests.resource("/apis/keda.sh/v1alpha1")).isEqualTo("other");
        assertThat(ApiRequests.resource("/version")).isEqualTo("other");
    }

    private void everything() throws Exception {
        metrics.leads(true);
        metrics.observe(() -> List.of(rollout("m", "Analyzing")));
        metrics.observeCertificates(() -> Map.of("model", NOW.plusSeconds(60)), () -> NOW);
        new ApiRequests(metrics.meters()).count("PATCH", "/api/v1/namespaces/ns/services/m");
        metrics.reconciles().timeControllerExecution(new Execution(false));
        assertThatThrownBy(() -> metrics.reconciles().timeControllerExecution(new Execution(true)))
                .isInstanceOf(IOException.class);
        metrics.reconciles()
                .failedReconciliation(new LlmDeployment(), new IllegalStateException(new IOException("no")), Map.of());
        var before = memory(state(null, null), 0);
        var state = state("b", "TtftP95");
        var after = new Memory(
                state, ScalingState.initial(), 1, Map.of("b/DownloadFailed", NOW), new TreeSet<>(Set.of("a")));
        metrics.happenings()
                .decided(
                        Resources.with(SCALED),
                        before,
                        after,
                        new RolloutPlan(
                                plan(100).revisions(), state, Set.of(), Set.of(), List.of(notice("RolledBack")), null),
                        new Seen(List.of(), List.of(), List.of(prepared()), List.of(), List.of(), null),
                        NOW);
    }

    private static Job prepared() {
        return Resources.read("""
                metadata: {labels: {windlass.dev/revision: a}}
                status:
                  startTime: '2026-11-24T11:00:00Z'
                  completionTime: '2026-11-24T11:10:00Z'
                  conditions: [{type: Complete, status: 'True'}]
                """, Job.class);
    }

    private static Notice notice(String reason) {
        return new Notice(Notice.Level.Warning, reason, "its words");
    }

    private static RolloutPlan plan(int weight) {
        return new RolloutPlan(
                List.of(new PlannedRevision("a", new Role.Stable(), 1, weight)),
                state(null, null),
                Set.of(),
                Set.of(),
                List.of(),
                null);
    }

    private static RolloutState state(@Nullable String rejected, @Nullable String reason) {
        return new RolloutState(
                "a",
                new Phase.Settled(),
                null,
                Map.of(),
                Map.of(),
                rejected,
                reason == null ? null : new Failure("b", reason, "its words", NOW),
                reason == null ? List.of() : List.of(new Verdict(reason, Outcome.Fail, 1.0, 2.0, 50, "its words")),
                Instructions.NONE);
    }

    private static Memory memory(RolloutState state, int replicas) {
        return new Memory(state, ScalingState.initial(), replicas, Map.of(), new TreeSet<>());
    }

    private void decide(RolloutPlan plan, Memory before, Memory after) {
        decide(plan, before, after, NOW);
    }

    private void decide(RolloutPlan plan, Memory before, Memory after, Instant now) {
        var nothing = new Seen(List.of(), List.of(), List.of(), List.of(), List.of(), null);
        metrics.happenings().decided(Resources.with(SCALED), before, after, plan, nothing, now);
    }

    private static LlmDeployment rollout(String name, String state) {
        return Resources.read("""
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: %s, namespace: ns}
                status:
                  phase: Canary
                  revisions:
                  - {name: %s-a, role: Stable, weight: 90, replicas: 2, ready: 2}
                  - {name: %s-b, role: Canary, weight: 10, replicas: 1, ready: 1}
                  rollout:
                    state: %s
                    checks:
                    - {name: TtftP95, stable: '0.41', canary: '0.9300', verdict: Fail}
                    - {name: TtftP95, stable: '0.41', canary: '0.9300', verdict: Pass}
                    - {name: ErrorRate, verdict: Inconclusive}
                """.formatted(name, name, name, state), LlmDeployment.class);
    }

    /** What a pass is to the framework. */
    private record Execution(boolean fails) implements ControllerExecution<String> {
        @Override
        public String controllerName() {
            return "llmdeployments";
        }

        @Override
        public String successTypeName(String result) {
            return result;
        }

        @Override
        public ResourceID resourceID() {
            return new ResourceID("m", "ns");
        }

        @Override
        public Map<String, Object> metadata() {
            return Map.of();
        }

        @Override
        public String name() {
            return "reconcile";
        }

        @Override
        public String execute() throws IOException {
            if (fails) {
                throw new IOException("no");
            }
            return "done";
        }
    }

    private String text() {
        return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
    }

    /** Names and labels, as they are exposed. */
    private Set<String> series() {
        return text().lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(toSet());
    }

    private Map<String, String> exposed() {
        var series = new TreeMap<String, String>();
        String name = "";
        for (String line : text().lines().toList()) {
            var type = TYPE.matcher(line);
            var sample = SAMPLE.matcher(line);
            if (type.matches()) {
                name = type.group(1);
                series.put(name, type.group(2) + " ");
            } else if (sample.matches()) {
                String labels = sample.group(2) == null ? "" : sample.group(2);
                series.computeIfPresent(
                        name, (_, known) -> known.substring(0, known.indexOf(' ') + 1) + labels(labels, "(\\w+)=\""));
            }
        }
        return series;
    }

    private static Map<String, String> documented() throws IOException {
        var series = new TreeMap<String, String>();
        ROW.matcher(Files.readString(DOCUMENT))
                .results()
                .forEach(row -> series.put(row.group(1), row.group(2) + " " + labels(row.group(3), "`(\\w+)`")));
        return series;
    }

    private static String labels(String text, String label) {
        var names = Pattern.compile(label).matcher(text).results().map(match -> match.group(1));
        return new TreeSet<>(names.filter(name -> !name.equals("le")).toList())
                .stream().collect(joining(", "));
    }
}
