package dev.windlass.gateway.edge;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when Redis goes, what that means, and when it is back. It looks by itself, so that no request ever waits for it, and rests after
 * each word: what comes and goes meanwhile is not told. What could not be told is told later, as long as it is so.
 */
public final class RedisNotices implements AutoCloseable {
    /** How often it looks, and how long it rests. */
    static final Pace PACE = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(15));

    private static final Logger LOG = LoggerFactory.getLogger(RedisNotices.class);

    private final RedisStanding redis;
    private final Board board;
    private final Pace pace;
    private final Thread thread;
    /** Nobody has to hear that all is as it should be. */
    private boolean told = true;

    private boolean isRefused;

    /** Where it is told. */
    @FunctionalInterface
    public interface Board {
        /**
         * Tells, and may take its time.
         *
         * @param type Normal or Warning
         * @throws RuntimeException where nobody can hear it now
         */
        void post(String type, String reason, String message);
    }

    record Pace(Duration look, Duration rest) {}

    private RedisNotices(RedisStanding redis, Board board, Pace pace) {
        this.redis = redis;
        this.board = board;
        this.pace = pace;
        this.thread = Thread.ofVirtual().name("redis-notices").unstarted(this::watch);
    }

    public static RedisNotices start(RedisStanding redis, Board board) {
        return start(redis, board, PACE);
    }

    static RedisNotices start(RedisStanding redis, Board board, Pace pace) {
        var notices = new RedisNotices(redis, board, pace);
        notices.thread.start();
        return notices;
    }

    private void watch() {
        try {
            while (true) {
                boolean isAvailable = redis.isAvailable().getAsBoolean();
                if (isAvailable == told) {
                    Thread.sleep(pace.look());
                } else {
                    tell(isAvailable);
                    Thread.sleep(pace.rest());
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(boolean isAvailable) {
        try {
            if (isAvailable) {
                board.post(
                        "Normal",
                        "RedisAvailable",
                        "Redis at %s answers: gateways count together".formatted(redis.address()));
            } else {
                board.post(
                        "Warning",
                        "RedisUnavailable",
                        "Redis at %s does not answer: %s".formatted(redis.address(), meaning(redis.onFailure())));
            }
            told = isAvailable;
            isRefused = false;
        } catch (RuntimeException refused) {
            if (!isRefused) {
                isRefused = true;
                LOG.warn(
                        "that Redis {} cannot be told as an event: {}",
                        isAvailable ? "is back" : "is gone",
                        refused.getMessage());
            }
        }
    }

    private static String meaning(Allowances.RedisFailure onFailure) {
        return switch (onFailure) {
            case Local -> "limits are kept by each gateway itself";
            case Closed -> "requests that have limits are refused";
        };
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
