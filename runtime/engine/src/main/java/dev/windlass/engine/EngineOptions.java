package dev.windlass.engine;

import dev.windlass.engine.schedule.SchedulingLimits;
import java.time.Duration;

/**
 * How an engine divides its model among requests.
 *
 * @param maximumSequences how many sequences run at once; the runner's further slots only keep prefixes
 * @param tokenBudget how many tokens one step computes at most; smaller lets tokens of running sequences come sooner,
 *     larger lets prompts be done sooner. More than {@code maximumSequences}
 * @param chunk how many tokens of one prompt a step computes at most
 * @param reusePrefixes whether what was computed for one request serves others that begin alike
 * @param maximumWaiting how many requests may wait for their first step; more are refused
 * @param maximumEvents how many events a client may leave unread before its request pauses
 * @param patience how long a paused request keeps its slot
 * @param preemptionInterval after so many steps one request is preempted without need, for tests and soak runs; 0 for
 *     never
 */
public record EngineOptions(
        int maximumSequences,
        int tokenBudget,
        int chunk,
        boolean reusePrefixes,
        int maximumWaiting,
        int maximumEvents,
        Duration patience,
        int preemptionInterval) {

    /** What the rows of logits of one prompt's chunk may take when every position is scored. */
    private static final long SCORED_BYTES = 32L << 20;

    public EngineOptions {
        if (maximumWaiting < 1 || maximumEvents < 1 || patience.isNegative()) {
            throw new IllegalArgumentException(
                    "expected maximum waiting >= 1, maximum events >= 1 and patience >= 0, got %d, %d and %s"
                            .formatted(maximumWaiting, maximumEvents, patience));
        }
    }

    /** What suits most: a budget of 512 tokens a step, and at least as many waiting as running. */
    public static EngineOptions of(int maximumSequences) {
        return new EngineOptions(
                maximumSequences,
                Math.max(512, 2 * maximumSequences),
                512,
                true,
                Math.max(256, 4 * maximumSequences),
                256,
                Duration.ofSeconds(10),
                0);
    }

    public EngineOptions withTokenBudget(int budget, int chunk) {
        return new EngineOptions(
                maximumSequences,
                budget,
                chunk,
                reusePrefixes,
                maximumWaiting,
                maximumEvents,
                patience,
                preemptionInterval);
    }

    public EngineOptions withPrefixReuse(boolean reuse) {
        return new EngineOptions(
                maximumSequences,
                tokenBudget,
                chunk,
                reuse,
                maximumWaiting,
                maximumEvents,
                patience,
                preemptionInterval);
    }

    public EngineOptions withMaximumWaiting(int waiting) {
        return new EngineOptions(
                maximumSequences,
                tokenBudget,
                chunk,
                reusePrefixes,
                waiting,
                maximumEvents,
                patience,
                preemptionInterval);
    }

    public EngineOptions withSlowReaders(int events, Duration patience) {
        return new EngineOptions(
                maximumSequences,
                tokenBudget,
                chunk,
                reusePrefixes,
                maximumWaiting,
                events,
                patience,
                preemptionInterval);
    }

    public EngineOptions withPreemptionInterval(int steps) {
        return new EngineOptions(
                maximumSequences, tokenBudget, chunk, reusePrefixes, maximumWaiting, maximumEvents, patience, steps);
    }

    SchedulingLimits limits(int vocabularySize) {
        int scored = (int) Math.max(1, SCORED_BYTES / ((long) Float.BYTES * vocabularySize));
        return new SchedulingLimits(maximumSequences, tokenBudget, chunk, scored, reusePrefixes, preemptionInterval);
    }
}
