package dev.windlass.operator.scaling;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas there shall be in all, and why. Store the state before the count is applied: a count nobody remembers to
 * have wanted may shrink before the scale-down delay is over.
 *
 * @param status the reason of the condition {@code ScalingActive}
 * @param metric the one that decided, absent when none did
 * @param value its value per replica
 * @param lookAgain when the answer may change although nothing observed does
 */
public record ScalingDecision(
        int replicas,
        Status status,
        String reason,
        @Nullable ScalingMetric metric,
        @Nullable Double value,
        ScalingState state,
        @Nullable Instant lookAgain) {
    /** The same, told differently. */
    public ScalingDecision because(String words) {
        return new ScalingDecision(replicas, status, words, metric, value, state, lookAgain);
    }

    /** How scaling stands. */
    public enum Status {
        Active,
        AtMax,
        Asleep,
        /** Readings are missing or old; nothing is scaled down. */
        MetricsUnavailable
    }
}
