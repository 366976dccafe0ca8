package dev.windlass.operator.scaling;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the spec says about scaling.
 *
 * @param minReplicas 0 lets the model sleep
 * @param targets per replica; at least one
 * @param tolerance how far from a target is still on it, as a fraction
 * @param scaleDownDelay the highest count wanted within it is kept
 * @param idleAfter without a request for so long the model sleeps, where it may
 * @param staleAfter a reading older than this says nothing
 */
public record ScalingSettings(
        int minReplicas,
        int maxReplicas,
        Map<ScalingMetric, Double> targets,
        double tolerance,
        Duration scaleDownDelay,
        Duration idleAfter,
        Duration staleAfter,
        List<Schedule> schedules) {
    public ScalingSettings {
        schedules = List.copyOf(schedules);
        if (minReplicas < 0 || maxReplicas < 1 || minReplicas > maxReplicas) {
            throw new IllegalArgumentException(
                    "autoscaling: expected 0 <= minReplicas <= maxReplicas and maxReplicas of at least 1, got %d and %d"
                            .formatted(minReplicas, maxReplicas));
        }
        if (targets.isEmpty() || targets.values().stream().anyMatch(target -> target <= 0)) {
            throw new IllegalArgumentException(
                    "autoscaling.metrics: expected at least one and targets above 0, got " + targets);
        }
        targets = targets.entrySet().stream()
                .collect(Collectors.toMap(Entry::getKey, Entry::getValue, (one, other) -> one, TreeMap::new));
    }
}
