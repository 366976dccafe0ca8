package dev.windlass.operator.scaling;

import dev.windlass.operator.scaling.Load.Gateway;
import dev.windlass.operator.scaling.Replica.State;
import dev.windlass.operator.scaling.ScalingMetric.Nature;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one metric asks for.
 *
 * @param replicas the count
 * @param perReplica the value that was held against the target
 * @param isWhole whether every ready replica, and for amounts the gateway, was heard; if not, this must not scale down
 */
record Demand(ScalingMetric metric, int replicas, double perReplica, double target, boolean isWhole) {
    /** What was added up. */
    private record Sum(double value, int heard, int silent) {}

    /**
     * Asks one metric.
     *
     * <p>As the HPA does: replicas that are not ready are left out; ready ones that say nothing count as idle when that
     * could raise the count and as on target when it could lower it.
     *
     * @param current the total decided last; not the number of pods, of which there are more during a rollout
     */
    static Optional<Demand> of(
            ScalingMetric metric, double target, Load load, int current, ScalingSettings settings, Instant now) {
        Instant oldest = now.minus(settings.staleAfter());
        Sum sum = sum(metric, load, oldest);
        OptionalDouble queued = queued(metric, load.gateway(), oldest);
        if (sum.heard() == 0 && queued.isEmpty()) {
            return Optional.empty();
        }
        boolean isWhole = sum.silent() == 0 && (queued.isPresent() || !countsQueue(metric));
        double total = sum.value() + queued.orElse(0);
        return Optional.of(
                switch (metric.nature()) {
                    case Amount -> amount(metric, target, total, current, settings, isWhole);
                    case Level -> level(metric, target, sum, current, settings, isWhole);
                });
    }

    private static Demand amount(
            ScalingMetric metric, double target, double total, int current, ScalingSettings settings, boolean isWhole) {
        double perReplica = total / Math.max(1, current);
        int needed = isOnTarget(perReplica / target, settings) ? current : ceil(total / target);
        return new Demand(metric, needed, perReplica, target, isWhole);
    }

    /** While a replica that was asked for is on its way, a level does not tell how many more are needed, so it asks for none. */
    private static Demand level(
            ScalingMetric metric, double target, Sum sum, int current, ScalingSettings settings, boolean isWhole) {
        double average = sum.value() / sum.heard();
        double padded = (sum.value() + (average < target ? sum.silent() * target : 0)) / (sum.heard() + sum.silent());
        int needed = isOnTarget(padded / target, settings) ? current : ceil(padded / target * current);
        boolean waits = sum.heard() + sum.silent() < current && needed > current;
        return new Demand(metric, waits ? current : needed, average, target, isWhole);
    }

    private static boolean isOnTarget(double ratio, ScalingSettings settings) {
        return Math.abs(ratio - 1) <= settings.tolerance();
    }

    /** Rounds up, but not for the last digits of a floating-point quotient. */
    private static int ceil(double value) {
        return (int) Math.min(Integer.MAX_VALUE, Math.ceil(value - 1e-9));
    }

    private static Sum sum(ScalingMetric metric, Load load, Instant oldest) {
        double value = 0;
        int heard = 0;
        int silent = 0;
        for (Replica replica : load.replicas()) {
            Reading reading = replica.readings().get(metric);
            if (replica.state() != State.Ready) {
                continue;
            }
            if (reading == null || reading.at().isBefore(oldest)) {
                silent++;
            } else {
                value += reading.value();
                heard++;
            }
        }
        return new Sum(value, heard, silent);
    }

    private static OptionalDouble queued(ScalingMetric metric, @Nullable Gateway gateway, Instant oldest) {
        return countsQueue(metric) && gateway != null && !gateway.at().isBefore(oldest)
                ? OptionalDouble.of(gateway.queued())
                : OptionalDouble.empty();
    }

    /** What waits at the gateway will be queue or concurrency of some replica. */
    private static boolean countsQueue(ScalingMetric metric) {
        return metric == ScalingMetric.QueueDepth || metric == ScalingMetric.Concurrency;
    }

    String inWords() {
        String perPod = metric.nature() == Nature.Amount ? " per replica" : "";
        return "%s is %s%s, target %s".formatted(metric, plain(perReplica), perPod, plain(target));
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, "%.2f", value).replaceAll("\\.?0+$", "");
    }
}
