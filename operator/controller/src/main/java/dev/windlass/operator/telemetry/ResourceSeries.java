package dev.windlass.operator.telemetry;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.api.LlmDeploymentStatus.Phase;
import dev.windlass.api.LlmDeploymentStatus.Revision;
import dev.windlass.api.RolloutStatus;
import dev.windlass.api.RolloutStatus.Check;
import dev.windlass.api.RolloutStatus.State;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How resources stand, read from their statuses when somebody asks. All are counted by phase; those whose rollout is under way,
 * held or was given up have series of their own, 200 at most: a resource that is well costs none, and ten thousand neither.
 */
final class ResourceSeries implements MultiCollector {
    /** Of each about twenty series. */
    private static final int MOST = 200;

    private final Supplier<List<LlmDeployment>> resources;

    ResourceSeries(Supplier<List<LlmDeployment>> resources) {
        this.resources = resources;
    }

    @Override
    public MetricSnapshots collect() {
        List<LlmDeployment> all = resources.get();
        List<LlmDeployment> told = all.stream()
                .filter(ResourceSeries::isTold)
                .sorted(Comparator.comparing(LlmDeployment::namespace).thenComparing(LlmDeployment::name))
                .toList();
        var rollouts = told.subList(0, Math.min(MOST, told.size()));
        var state = gauge("rollout_state", "1 for what a rollout does that is under way, held or was given up.");
        var replicas = gauge("rollout_replicas", "Pods of the revisions in such a rollout.");
        var weight = gauge("rollout_weight", "Percent of the requests that they get.");
        var value = gauge("rollout_check_value", "What the latest check of such a rollout measured.");
        var verdict = gauge("rollout_check_verdict", "What it said: 1 pass, 0 inconclusive, -1 fail.");
        for (LlmDeployment resource : rollouts) {
            LlmDeploymentStatus status = resource.status();
            RolloutStatus rollout = status.rollout();
            if (rollout == null || rollout.state() == null) {
                continue;
            }
            Labels labels = Labels.of("namespace", resource.namespace(), "name", resource.name());
            add(state, labels.add("state", rollout.state().name()), 1);
            revisions(status.revisions(), labels, replicas, weight);
            checks(rollout.checks(), labels, value, verdict);
        }
        return MetricSnapshots.of(
                phases(all),
                gauge("rollouts_left_out", "Such rollouts beyond the most that have series.")
                        .dataPoint(point(Labels.EMPTY, told.size() - rollouts.size()))
                        .build(),
                state.build(),
                replicas.build(),
                weight.build(),
                value.build(),
                verdict.build());
    }

    private static boolean isTold(LlmDeployment resource) {
        RolloutStatus rollout = resource.status().rollout();
        return rollout != null && rollout.state() != null && rollout.state() != State.Succeeded;
    }

    private static GaugeSnapshot phases(List<LlmDeployment> all) {
        Map<Phase, Integer> counts = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            counts.put(phase, 0);
        }
        all.forEach(resource ->
                counts.merge(Optional.ofNullable(resource.status().phase()).orElse(Phase.Pending), 1, Integer::sum));
        var series = gauge("resources", "LlmDeployments that this replica cares for.");
        counts.forEach((phase, count) -> add(series, Labels.of("phase", phase.name()), count));
        return series.build();
    }

    /** Of several variants each has its role's sum. */
    private static void revisions(
            List<Revision> revisions, Labels labels, GaugeSnapshot.Builder replicas, GaugeSnapshot.Builder weight) {
        Set<LlmDeploymentStatus.Role> roles = new HashSet<>();
        for (Revision revision : revisions) {
            LlmDeploymentStatus.Role role = revision.role();
            if (role == null || !roles.add(role)) {
                continue;
            }
            List<Revision> same =
                    revisions.stream().filter(one -> one.role() == role).toList();
            Labels ofRole = labels.add("role", role.name());
            add(
                    replicas,
                    ofRole.add("state", "wanted"),
                    same.stream().mapToInt(one -> number(one.replicas())).sum());
            add(
                    replicas,
                    ofRole.add("state", "ready"),
                    same.stream().mapToInt(one -> number(one.ready())).sum());
            add(
                    weight,
                    ofRole,
                    same.stream().mapToInt(one -> number(one.weight())).sum());
        }
    }

    /** A user's own check has the name that the user gave it; a spec has room for few. */
    private static void checks(
            List<Check> checks, Labels labels, GaugeSnapshot.Builder value, GaugeSnapshot.Builder verdict) {
        // A bound and a limit to regression of one measure are two checks of one name: the worse counts.
        Map<String, Integer> worst = new TreeMap<>();
        for (Check check : checks) {
            Labels ofCheck = labels.add("check", check.name());
            if (!worst.containsKey(check.name())) {
                measured(check.stable()).ifPresent(one -> add(value, ofCheck.add("role", "Stable"), one));
                measured(check.canary()).ifPresent(one -> add(value, ofCheck.add("role", "Canary"), one));
            }
            worst.merge(check.name(), said(check.verdict()), Math::min);
        }
        worst.forEach((name, said) -> add(verdict, labels.add("check", name), said));
    }

    private static int said(RolloutStatus.@Nullable Verdict verdict) {
        return switch (verdict) {
            case Pass -> 1;
            case Fail -> -1;
            case Inconclusive -> 0;
            case null -> 0;
        };
    }

    private static Optional<Double> measured(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Double.valueOf(text));
        } catch (NumberFormatException strange) {
            return Optional.empty();
        }
    }

    private static int number(@Nullable Integer count) {
        return count == null ? 0 : count;
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name("windlass_operator_" + name).help(help);
    }

    private static void add(GaugeSnapshot.Builder series, Labels labels, double value) {
        series.dataPoint(point(labels, value));
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
