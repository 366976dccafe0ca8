package dev.windlass.operator.rollout;

/** How a revision answered the smoke prompts, before any user's request reaches it. */
public sealed interface SmokeResult {
    /** Not asked yet, or not answered yet. */
    record Pending() implements SmokeResult {}

    /** Every prompt was answered as expected. */
    record Passed() implements SmokeResult {}

    /**
     * At least one was not.
     *
     * @param message which prompt, what was expected, what came
     */
    record Failed(String message) implements SmokeResult {}
}
