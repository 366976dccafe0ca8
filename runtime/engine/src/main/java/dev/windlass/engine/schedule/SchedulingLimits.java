package dev.windlass.engine.schedule;

/**
 * How much one step may do.
 *
 * @param maximumSequences how many sequences hold a slot at once
 * @param tokenBudget how many tokens one step computes at most; more than {@code maximumSequences}, or prompts would
 *     starve while all others decode
 * @param chunk how many tokens of one prompt a step computes at most
 * @param scoredChunk the same for prompts whose every position gets a row of logits, which bounds those rows' memory
 * @param reusePrefixes whether keys and values computed for one sequence serve others
 * @param preemptionInterval after every so many steps one sequence is preempted without need, so that tests and soak
 *     runs meet recomputation; 0 for never
 */
public record SchedulingLimits(
        int maximumSequences,
        int tokenBudget,
        int chunk,
        int scoredChunk,
        boolean reusePrefixes,
        int preemptionInterval) {
    public SchedulingLimits {
        require(maximumSequences >= 1, "maximum sequences", "at least 1", maximumSequences);
        require(
                tokenBudget > maximumSequences,
                "token budget",
                "more than the maximum of sequences (" + maximumSequences + ")",
                tokenBudget);
        require(chunk >= 1, "chunk", "at least 1", chunk);
        require(scoredChunk >= 1, "scored chunk", "at least 1", scoredChunk);
        require(preemptionInterval >= 0, "preemption interval", "at least 0", preemptionInterval);
    }

    private static void require(boolean holds, String name, String expected, int found) {
        if (!holds) {
            throw new IllegalArgumentException("%s: expected %s, got %d".formatted(name, expected, found));
        }
    }
}
