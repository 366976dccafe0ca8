package dev.windlass.policy.redis;

import org.jspecify.annotations.Nullable;

/** Redis did not answer, or not in time. */
final class RedisUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    RedisUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
