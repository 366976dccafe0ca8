package dev.windlass.operator.telemetry;

import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.observe.Preparation;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Metric;
import dev.windlass.operator.rollout.Notice;
import dev.windlass.operator.rollout.RolloutPlan;
import dev.windlass.operator.rollout.Trouble;
import dev.windlass.operator.rollout.Verdict;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Counts what decisions bring about, by comparing what was remembered before with what is after: an operator that takes over
 * counts nothing twice. Labels have words of Windlass's own alone, never a user's.
 */
public final class Happenings {
    private static final Duration[] STARTS = {
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofMinutes(30)
    };
    private static final int MOST_WAKING = 10_000;
    /** What a check is called whose name a user chose. */
    private static final String OWN_CHECK = "Prometheus";

    /** Those that no metric and no trouble of pods has given its name. */
    private static final Set<String> REASONS =
            Set.of("ProgressDeadlineExceeded", "Aborted", "SmokeFailed", "StableUnavailable", "Inconclusive");

    private final MeterRegistry registry;
    /** Since when a model that slept is to serve again, by its identity. */
    private final Map<String, Instant> waking = new ConcurrentHashMap<>();

    Happenings(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * A decision that is stored.
     *
     * @param before what was remembered when it was made
     */
    public void decided(LlmDeployment resource, Memory before, Memory after, RolloutPlan plan, Seen seen, Instant now) {
        rollout(before, after, plan);
        troubles(before, after);
        prepared(before, after, seen);
        AutoscalingSpec scaling = resource.spec().autoscaling();
        String uid = resource.getMetadata().getUid();
        if (scaling != null && before.rollout().stable() != null) {
            scaled(before.replicas(), after.replicas(), scaling.provider(), uid, now);
        }
        woken(plan, after, uid, now);
    }

    private void rollout(Memory before, Memory after, RolloutPlan plan) {
        for (Notice notice : plan.notices()) {
            count("rollout.events", "What happened to rollouts, as their events say it.", "reason", notice.reason());
            var failure = after.rollout().lastFailure();
            if (notice.reason().equals("RolledBack") && failure != null) {
                count("rollbacks", "Rollouts that went back by themselves.", "reason", reason(failure.reason()));
            }
        }
        if (!after.rollout().verdicts().equals(before.rollout().verdicts())) {
            for (Verdict verdict : after.rollout().verdicts()) {
                count(
                        "verdicts",
                        "What checks said of canaries.",
                        "check",
                        check(verdict.name()),
                        "verdict",
                        verdict.outcome().name());
            }
        }
    }

    private void troubles(Memory before, Memory after) {
        after.troubles().keySet().stream()
                .filter(key -> !before.troubles().containsKey(key))
                .forEach(key -> {
                    String kind = key.substring(key.lastIndexOf('/') + 1);
                    String reason = Trouble.Kind.valueOf(kind).reason();
                    count("troubles", "What began to keep a revision's pods from serving.", "reason", reason);
                });
    }

    /** Failed ones are troubles. What has no Job any more took a time that nobody knows. */
    private void prepared(Memory before, Memory after, Seen seen) {
        after.prepared().stream()
                .filter(hash -> !before.prepared().contains(hash))
                .flatMap(hash -> seen.job(hash).stream())
                .filter(Preparation::isComplete)
                .flatMap(job -> took(job).stream())
                .forEach(took ->
                        timer("preparation", "Of Jobs that made a model ready.").record(took));
    }

    private static Optional<Duration> took(Job job) {
        String start = job.getStatus().getStartTime();
        String end = job.getStatus().getCompletionTime();
        return start == null || end == null
                ? Optional.empty()
                : Optional.of(Duration.between(Instant.parse(start), Instant.parse(end)));
    }

    private void scaled(int before, int after, AutoscalingSpec.Provider provider, String uid, Instant now) {
        if (before == after) {
            return;
        }
        String direction = before == 0 ? "Wake" : after == 0 ? "Sleep" : after > before ? "Up" : "Down";
        count("scalings", "Counts of replicas that were changed.", "direction", direction, "provider", provider.name());
        if (before == 0 && waking.size() < MOST_WAKING) {
            waking.put(uid, now);
        }
    }

    private void woken(RolloutPlan plan, Memory after, String uid, Instant now) {
        boolean isServed = plan.revisions().stream().anyMatch(planned -> planned.weight() > 0);
        if (after.replicas() == 0) {
            waking.remove(uid);
        } else if (isServed) {
            Instant since = waking.remove(uid);
            if (since != null) {
                timer("wake", "From the decision to wake a model until it serves.")
                        .record(Duration.between(since, now));
            }
        }
    }

    private static String check(String name) {
        return Arrays.stream(Metric.Served.values()).anyMatch(one -> one.name().equals(name)) ? name : OWN_CHECK;
    }

    private static String reason(String reason) {
        boolean isOurs = REASONS.contains(reason)
                || Stream.of(Trouble.Kind.values())
                        .anyMatch(kind -> kind.reason().equals(reason));
        return isOurs ? reason : check(reason);
    }

    private void count(String name, String description, String... tags) {
        Counter.builder("windlass.operator." + name)
                .description(description)
                .tags(tags)
                .register(registry)
                .increment();
    }

    private Timer timer(String name, String description) {
        return Timer.builder("windlass.operator." + name)
                .description(description)
                .serviceLevelObjectives(STARTS)
                .register(registry);
    }
}
