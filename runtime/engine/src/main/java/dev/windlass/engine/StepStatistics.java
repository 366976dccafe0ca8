package dev.windlass.engine;

import java.time.Duration;

/**
 * What one step did, and how long its parts took.
 *
 * @param decodeTokens sequences that computed one token
 * @param prefillTokens tokens of chunks of prompts, or of recomputations
 * @param sampledTokens tokens that came of it
 * @param copiedPositions positions of keys and values moved between slots
 */
public record StepStatistics(
        int sequences,
        int decodeTokens,
        int prefillTokens,
        int sampledTokens,
        int copiedPositions,
        Duration schedule,
        Duration run,
        Duration postprocess) {}
