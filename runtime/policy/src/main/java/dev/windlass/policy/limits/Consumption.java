package dev.windlass.policy.limits;

import dev.windlass.policy.Ending;

/** How many tokens a request is charged for in the end. */
final class Consumption {
    private Consumption() {}

    static long of(Ending ending, TokenEstimate estimate) {
        var usage = ending.usage();
        if (usage != null && ending.outcome() != Ending.Outcome.Failed) {
            return usage.promptTokens() + usage.generatedTokens();
        }
        long seen = Math.min(estimate.all(), estimate.prompt() + ending.contents());
        return switch (ending.outcome()) {
            case Refused, Failed -> 0;
            // A runtime that does not say what a whole answer cost: nobody shall profit by it.
            case Completed -> ending.contents() == 0 ? estimate.all() : seen;
            // Whoever leaves before an answer begins has had nothing.
            case Left -> ending.revision() == null ? 0 : seen;
        };
    }
}
