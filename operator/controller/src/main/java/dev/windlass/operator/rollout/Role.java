package dev.windlass.operator.rollout;

/** What a revision is for; a label, so that changing it restarts nothing. */
public sealed interface Role {
    /** Serves the users; every rollout can return to it. */
    record Stable() implements Role {}

    /** On its way to become stable. */
    record Candidate() implements Role {}

    /** One side of a long-lived comparison. */
    record Variant(String name) implements Role {}

    /** Kept as history, without replicas. */
    record Retired() implements Role {}
}
