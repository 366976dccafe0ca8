package dev.windlass.operator.rollout;

import org.jspecify.annotations.Nullable;

/**
 * What one metric says about a canary.
 *
 * @param name the metric's
 * @param stable its value for the stable revision, absent without data
 * @param canary its value for the canary, absent without data
 * @param samples the canary's requests in the window
 * @param message the sentence a person reads, such as {@code TtftP95 0.41 s -> 0.93 s (+127 %, limit 20 %)}
 */
public record Verdict(
        String name,
        Outcome outcome,
        @Nullable Double stable,
        @Nullable Double canary,
        long samples,
        String message) {
    /** The three things a check can say. */
    public enum Outcome {
        Pass,
        Fail,
        Inconclusive
    }
}
