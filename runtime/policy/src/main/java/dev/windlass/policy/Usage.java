package dev.windlass.policy;

/**
 * What a request cost, in tokens.
 *
 * @param cachedTokens those of the prompt that did not have to be computed
 */
public record Usage(long promptTokens, long generatedTokens, long cachedTokens) {
    /** Of an answer that was there. */
    public static final Usage NOTHING = new Usage(0, 0, 0);
}
