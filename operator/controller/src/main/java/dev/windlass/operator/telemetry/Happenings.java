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
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    /** Since when a model that slept is to serve again, by its identity. Of those that are deleted meanwhile nobody tells. */
    private final Map<String, Instant> waking = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST_WAKING;
        }
    });

    Happenings(MeterRegistry registry) {
        this.registry = registry;
        // From nothing: to increase() and to rate() a series that begins with 1 has never grown.
        var troubles =
                Stream.of(Trouble.Kind.values()).map(Trouble.Kind::reason).toList();
        var checks = Stream.concat(Stream.of(Metric.Served.values()).map(Metric.Served::name), Stream.of(OWN_CHECK))
                .toList();
        troubles.forEach(this::troubles);
        Stream.of(troubles, checks, REASONS).flatMap(Collection::stream).forEach(this::rollbacks);
        for (var outcome : Verdict.Outcome.values()) {
            checks.forEach(check -> verdicts(check, outcome));
        }
        for (var provider : AutoscalingSpec.Provider.values()) {
            Stream.of(Direction.values()).forEach(direction -> scalings(direction, provider));
        }
        preparation();
        wake();
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
            rolloutEvents(notice.reason()).increment();
            var failure = after.rollout().lastFailure();
            if (notice.reason().equals("RolledBack") && failure != null) {
                rollbacks(reason(failure.reason())).increment();
            }
        }
        if (!after.rollout().verdicts().equals(before.rollout().verdicts())) {
            for (Verdict verdict : after.rollout().verdicts()) {
                verdicts(check(verdict.name()), verdict.outcome()).increment();
            }
        }
    }

    private void troubles(Memory before, Memory after) {
        after.troubles().keySet().stream()
                .filter(key -> !before.troubles().containsKey(key))
                .forEach(key -> {
                    String kind = key.substring(key.lastIndexOf('/') + 1);
                    troubles(Trouble.Kind.valueOf(kind).reason()).increment();
                });
    }

    /** Failed ones are troubles. What has no Job any more took a time that nobody knows. */
    private void prepared(Memory before, Memory after, Seen seen) {
        after.prepared().stream()
                .filter(hash -> !before.prepared().contains(hash))
                .flatMap(hash -> seen.job(hash).stream())
                .filter(Preparation::isComplete)
                .flatMap(job -> took(job).stream())
                .forEach(took -> preparation().record(took));
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
        scalings(Direction.of(before, after), provider).increment();
        if (before == 0) {
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
                wake().record(Duration.between(since, now));
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

    private Counter rolloutEvents(String reason) {
        return counter("rollout.events", "What happened to rollouts, as their events say it.", "reason", reason);
    }

    private Counter rollbacks(String reason) {
        return counter("rollbacks", "Rollouts that went back by themselves.", "reason", reason);
    }

    private Counter verdicts(String check, Verdict.Outcome outcome) {
        return counter("verdicts", "What checks said of canaries.", "check", check, "verdict", outcome.name());
    }

    private Counter troubles(String reason) {
        return counter("troubles", "What began to keep a revision's pods from serving.", "reason", reason);
    }

    private Counter scalings(Direction direction, AutoscalingSpec.Provider provider) {
        String[] tags = {"direction", direction.name(), "provider", provider.name()};
        return counter("scalings", "Counts of replicas that were changed.", tags);
    }

    private Timer preparation() {
        return timer("preparation", "Of Jobs that made a model ready.");
    }

    private Timer wake() {
        return timer("wake", "From the decision to wake a model until it serves.");
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder("windlass.operator." + name)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder("windlass.operator." + name)
                .description(description)
                .serviceLevelObjectives(STARTS)
                .register(registry);
    }

    /** Which way a count of replicas went. */
    private enum Direction {
        Up,
        Down,
        Sleep,
        Wake;

        static Direction of(int before, int after) {
            return before == 0 ? Wake : after == 0 ? Sleep : after > before ? Up : Down;
        }
    }
}
