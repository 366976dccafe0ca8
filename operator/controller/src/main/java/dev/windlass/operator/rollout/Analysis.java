package dev.windlass.operator.rollout;

import java.time.Duration;
import java.util.List;

/**
 * When and by what a canary is judged.
 *
 * @param interval from one check to the next
 * @param minRequests with fewer in the window a check is inconclusive
 * @param maxFailures failed checks in a row that end the rollout
 */
public record Analysis(Duration interval, long minRequests, int maxFailures, List<MetricRule> rules) {
    public Analysis {
        rules = List.copyOf(rules);
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("analysis.interval: expected more than 0, got " + interval);
        }
        if (maxFailures < 1) {
            throw new IllegalArgumentException("analysis.maxFailures: expected at least 1, got " + maxFailures);
        }
    }

    /** No metric: a step is over when its time is. */
    public static Analysis none() {
        return new Analysis(Duration.ofSeconds(30), 0, 1, List.of());
    }
}
