package dev.windlass.engine.grammar;

/** Where one sequence stands in its grammar. Confined to the engine's thread. */
public interface TokenConstraint {
    /**
     * Says which tokens may come next, the end-of-sequence tokens among them where the output may end.
     *
     * @return bit {@code id % 64} of word {@code id / 64} is set when token {@code id} is allowed; never empty, owned by
     *     the constraint and valid until {@link #accept}
     */
    long[] allowed();

    /** Moves on by a token that {@link #allowed} allowed. */
    void accept(int token);
}
