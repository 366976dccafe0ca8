package dev.windlass.policy;

/**
 * What a request cost, in tokens.
 *
 * @param cachedTokens those of the prompt that did not have to be computed
 */
public record Usage(long promptTokens, long generatedTokens, long cachedTokens) {}
