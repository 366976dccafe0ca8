package dev.windlass.model.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How often and after how long a request is tried again.
 *
 * @param attempts in a row without a single byte
 * @param first the wait after the first failure; it doubles with each
 * @param longest the bound of the wait, also of one that a server asks for
 * @param stall how long a connection may be silent
 */
record RetryPolicy(int attempts, Duration first, Duration longest, Duration stall) {
    static final RetryPolicy STANDARD =
            new RetryPolicy(6, Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofSeconds(30));

    /** A failure that may pass. */
    static final class Transient extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient Duration after;

        Transient(String message, Duration after) {
            super(message);
            this.after = after;
        }

        /** How long the server asked to wait. */
        Duration after() {
            return after;
        }
    }

    /** A request. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException;
    }

    /** Tries until it works or the attempts are used up. */
    <T> T run(Object where, Attempt<T> attempt) throws IOException {
        for (int failures = 1; ; failures++) {
            try {
                return attempt.run();
            } catch (IOException e) {
                pause(where, failures, e);
            }
        }
    }

    /** Waits before the next attempt, or gives up; a thread that was interrupted gives up at once. */
    void pause(Object where, int failures, IOException failure) throws InterruptedIOException {
        if (failures >= attempts) {
            throw new SourceException(
                    SourceException.Reason.UNREACHABLE,
                    where,
                    "gave up after %d attempts: %s".formatted(failures, reason(failure)),
                    failure);
        }
        long own = first.toMillis() << Math.min(failures - 1, 16);
        long asked = failure instanceof Transient t ? t.after().toMillis() : 0;
        long millis = Math.min(longest.toMillis(), Math.max(own, asked));
        try {
            TimeUnit.MILLISECONDS.sleep(millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static String reason(IOException failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
