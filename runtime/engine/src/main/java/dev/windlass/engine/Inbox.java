package dev.windlass.engine;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What other threads have to do with one that computes: hand it requests, wake it, and have it end. Nothing that was accepted is lost: it
 * is taken, if only to be told that the end has come.
 */
final class Inbox<R> {
    private final LongSupplier clock;
    private final Queue<R> requests = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile long drainedBy;

    /** @param clock nanoseconds */
    Inbox(LongSupplier clock) {
        this.clock = clock;
    }

    // For any thread.

    void refuseWhenClosing() {
        if (closing) {
            throw new EngineException.ShuttingDown();
        }
    }

    void accept(R request) {
        requests.add(request);
        if (ended && requests.remove(request)) {
            throw new EngineException.ShuttingDown();
        }
        wake();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    /** Has the thread end when nothing is left to do, or after this time. */
    void close(Duration drain) {
        drainedBy = clock.getAsLong() + drain.toNanos();
        closing = true;
        wake();
    }

    /**
     * The same, and waits for the thread to have ended; an interrupted wait leaves it no time.
     *
     * @param whose thread it is, for people
     * @throws IllegalStateException where a step takes far too long
     */
    void close(Duration drain, Thread computing, String whose) {
        close(drain);
        try {
            if (!computing.join(drain.plus(EngineLoop.LONGEST_STEP))) {
                throw new IllegalStateException("the %s's thread is still in a step %s after it was to end"
                        .formatted(whose, EngineLoop.LONGEST_STEP));
            }
        } catch (InterruptedException e) {
            close(Duration.ZERO);
            Thread.currentThread().interrupt();
        }
    }

    boolean isClosing() {
        return closing;
    }

    boolean hasEnded() {
        return ended;
    }

    // For the thread that computes.

    /** This thread is the one to wake. */
    void begin() {
        thread = Thread.currentThread();
    }

    @Nullable
    R poll() {
        return requests.poll();
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    /** Whether the thread is to end. @param isIdle whether it has nothing to compute */
    boolean isDone(boolean isIdle) {
        return closing && ((isIdle && requests.isEmpty()) || clock.getAsLong() - drainedBy >= 0);
    }

    /** Nothing is accepted any more; what is here has to be taken once again. */
    void end() {
        closing = true;
        ended = true;
    }
}
