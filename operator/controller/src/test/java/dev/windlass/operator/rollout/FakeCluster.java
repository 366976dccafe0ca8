package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.Trouble.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with devices, pods that take their time, and a gateway that lags behind them. Deployments keep the pods their
 * last plan asked for; scaling down takes away the pods that serve least.
 */
final class FakeCluster {
    /** How a revision behaves once its pods run. */
    enum Quality {
        Good,
        Crashing,
        Unloadable,
        Slow,
        Erroneous,
        Unmeasured,
        FailingSmoke,
        Unpreparable
    }

    private static final class Pod {
        @Nullable
        Instant scheduled;

        @Nullable
        Instant terminating;
    }

    private static final class Workload {
        final long order;
        final Quality quality;
        final List<Pod> pods = new ArrayList<>();
        Role role = new Role.Retired();
        int desired;

        @Nullable
        Instant troubleSince;

        Workload(long order, Quality quality) {
            this.order = order;
            this.quality = quality;
        }
    }

    final Duration load;
    final Duration lag;
    final Duration drain = Duration.ofSeconds(10);
    private final Map<String, Workload> workloads = new LinkedHashMap<>();
    private final Map<String, Quality> qualities = new LinkedHashMap<>();
    private final AtomicInteger created = new AtomicInteger();
    int devices;
    Set<String> blackout = Set.of();

    /** What it takes to prepare a model; nothing where nobody asks for that. */
    @Nullable
    Duration preparation;

    private final Map<String, Instant> prepared = new LinkedHashMap<>();

    FakeCluster(int devices, Duration load, Duration lag) {
        this.devices = devices;
        this.load = load;
        this.lag = lag;
    }

    void quality(String hash, Quality quality) {
        qualities.put(hash, quality);
    }

    Quality quality(String hash) {
        return qualities.getOrDefault(hash, Quality.Good);
    }

    Workload know(String hash) {
        return workloads.computeIfAbsent(hash, key -> new Workload(created.incrementAndGet(), quality(key)));
    }

    void apply(RolloutPlan plan, Instant now) {
        for (PlannedRevision planned : plan.revisions()) {
            Workload workload = know(planned.hash());
            workload.role = planned.role();
            workload.desired = plan.prepare().contains(planned.hash()) ? 0 : planned.replicas();
        }
        for (String hash : plan.delete()) {
            workloads.remove(hash);
        }
        plan.prepare().forEach(hash -> {
            if (preparation != null) {
                prepared.putIfAbsent(hash, now.plus(preparation));
            }
        });
        tick(now);
    }

    private boolean hasEnded(String hash, Instant now) {
        Instant ends = prepared.get(hash);
        return ends != null && !ends.isAfter(now);
    }

    private boolean isPrepared(String hash, Workload workload, Instant now) {
        return preparation == null
                || workload.desired > 0
                || (hasEnded(hash, now) && workload.quality != Quality.Unpreparable);
    }

    /** A node goes away: the pods of a revision have to start again. */
    void lose(String hash) {
        Workload workload = workloads.get(hash);
        if (workload != null) {
            workload.pods.forEach(pod -> pod.scheduled = null);
        }
    }

    /** Pods end, are made, and find devices. */
    void tick(Instant now) {
        for (Workload workload : workloads.values()) {
            workload.pods.removeIf(pod ->
                    pod.terminating != null && !pod.terminating.plus(drain).isAfter(now));
            List<Pod> living = living(workload);
            for (int i = living.size(); i > workload.desired; i--) {
                Pod least = living.get(i - 1);
                if (least.scheduled == null) {
                    workload.pods.remove(least);
                } else {
                    least.terminating = now;
                }
            }
            for (int i = living.size(); i < workload.desired; i++) {
                workload.pods.add(new Pod());
            }
        }
        schedule(now);
        for (Workload workload : workloads.values()) {
            if (kind(workload) == null) {
                workload.troubleSince = null;
            } else if (workload.troubleSince == null) {
                workload.troubleSince = now;
            }
        }
    }

    private void schedule(Instant now) {
        long used = workloads.values().stream()
                .flatMap(workload -> workload.pods.stream())
                .filter(pod -> pod.scheduled != null)
                .count();
        for (Workload workload : workloads.values()) {
            for (Pod pod : workload.pods) {
                if (pod.scheduled == null && used < devices) {
                    pod.scheduled = now;
                    used++;
                }
            }
        }
    }

    private static List<Pod> living(Workload workload) {
        return new ArrayList<>(workload.pods.stream()
                .filter(pod -> pod.terminating == null)
                .sorted(Comparator.comparing((Pod pod) -> pod.scheduled == null ? Instant.MAX : pod.scheduled))
                .toList());
    }

    private static @Nullable Kind kind(Workload workload) {
        boolean unscheduled = workload.pods.stream().anyMatch(pod -> pod.scheduled == null);
        if (unscheduled) {
            return Kind.InsufficientGpu;
        }
        if (workload.pods.isEmpty()) {
            return null;
        }
        return switch (workload.quality) {
            case Crashing -> Kind.CrashLooping;
            case Unloadable -> Kind.LoadFailed;
            case Good, Slow, Erroneous, Unmeasured, FailingSmoke, Unpreparable -> null;
        };
    }

    List<Revision> revisions(Instant now) {
        List<Revision> seen = new ArrayList<>();
        workloads.forEach((hash, workload) -> {
            int ready = serving(workload, now, load);
            int routable = blackout.contains(hash) ? 0 : serving(workload, now, load.plus(lag));
            Kind kind = kind(workload);
            Trouble trouble = kind == null || workload.troubleSince == null
                    ? null
                    : new Trouble(kind, workload.troubleSince, kind + " on " + hash);
            if (workload.quality == Quality.Unpreparable && hasEnded(hash, now)) {
                trouble = new Trouble(Kind.ConvertFailed, now, "no conversion of " + hash);
            }
            seen.add(new Revision(
                    hash,
                    workload.order,
                    workload.role,
                    workload.desired,
                    workload.pods.size(),
                    ready,
                    routable,
                    isPrepared(hash, workload, now),
                    trouble));
        });
        return seen;
    }

    private static int serving(Workload workload, Instant now, Duration after) {
        return switch (workload.quality) {
            case Crashing, Unloadable, Unpreparable -> 0;
            case Good, Slow, Erroneous, Unmeasured, FailingSmoke ->
                (int) workload.pods.stream()
                        .filter(pod -> pod.terminating == null)
                        .filter(pod -> pod.scheduled != null
                                && !pod.scheduled.plus(after).isAfter(now))
                        .count();
        };
    }

    Map<String, Measurement> measurements(Map<String, Integer> weights, Instant now) {
        Map<String, Measurement> measured = new LinkedHashMap<>();
        weights.forEach((hash, weight) -> {
            Quality quality = quality(hash);
            if (weight > 0 && quality != Quality.Unmeasured) {
                long requests = weight * 20L;
                long errors = quality == Quality.Erroneous ? requests / 10 : requests / 1000;
                double ttft = quality == Quality.Slow ? 0.93 : 0.41;
                measured.put(
                        hash, new Measurement(now.minusSeconds(60), now, requests, errors, ttft, 0.03, 0, Map.of()));
            }
        });
        return measured;
    }

    Map<String, SmokeResult> smoke(Instant now) {
        Map<String, SmokeResult> results = new LinkedHashMap<>();
        for (Revision revision : revisions(now)) {
            if (revision.routable() > 0) {
                results.put(
                        revision.hash(),
                        quality(revision.hash()) == Quality.FailingSmoke
                                ? new SmokeResult.Failed("2+2=: expected \"4\", got \"5\"")
                                : new SmokeResult.Passed());
            }
        }
        return results;
    }
}
