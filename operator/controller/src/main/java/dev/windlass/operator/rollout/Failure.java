package dev.windlass.operator.rollout;

import java.time.Instant;

/**
 * Why a rollout did not go on.
 *
 * @param reason one word for conditions and metrics: a metric's name, {@code SmokeFailed}, {@code InsufficientGpu}, ...
 * @param message the sentence with the numbers
 */
public record Failure(String revision, String reason, String message, Instant at) {}
