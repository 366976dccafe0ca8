package dev.windlass.cli.load;

/**
 * One request as its client saw it.
 *
 * @param firstTokenNanos from sending to the first event with a token
 * @param gapNanos between events with tokens, in order
 * @param nanos from sending to the end
 */
record RequestMeasurement(long firstTokenNanos, long[] gapNanos, long nanos, int promptTokens, int generatedTokens) {}
