package dev.windlass.operator.metrics;

import java.time.Instant;

/** What is known of one metric of one revision. */
sealed interface MetricValue {
    /** @param at when the oldest part of it was taken */
    record Known(double value, Instant at) implements MetricValue {}

    /** An autoscaler leaves the count as it is; it would scale down for a value that is merely incomplete. */
    record Unknown(String reason) implements MetricValue {}
}
