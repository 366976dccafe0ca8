package dev.windlass.gateway.proxy;

import dev.windlass.gateway.upstream.UpstreamConnection;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One request in progress, as whoever may end it early sees it: the client by leaving, or the gateway by stopping. The
 * end reaches the runtime at once, since the connection to it is cut.
 */
final class Exchange {
    /** How often a client that closed its side is asked whether it still reads. */
    private static final Duration ASK = Duration.ofMillis(100);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition over = lock.newCondition();
    private final Runnable wake;
    private @Nullable UpstreamConnection upstream;
    private boolean done;
    private volatile @Nullable Interruption ending;

    /** @param wake wakes whoever waits for a route */
    Exchange(Runnable wake) {
        this.wake = wake;
    }

    /** From now on an end cuts this connection. */
    void attach(UpstreamConnection connection) {
        lock.lock();
        try {
            requireGoing();
            upstream = connection;
        } finally {
            lock.unlock();
        }
    }

    void detach() {
        lock.lock();
        try {
            upstream = null;
        } finally {
            lock.unlock();
        }
    }

    void end(Interruption reason) {
        lock.lock();
        try {
            if (done || ending != null) {
                return;
            }
            ending = reason;
            if (upstream != null) {
                upstream.abort(reason == Interruption.ClientLeft ? "the client left" : "the gateway stops");
            }
        } finally {
            lock.unlock();
        }
        wake.run();
    }

    /** Whether it ended early. */
    boolean hasEnded() {
        return ending != null;
    }

    void requireGoing() {
        var reason = ending;
        if (reason != null) {
            throw new EndedException(reason);
        }
    }

    /** The answer is complete, or given up. */
    void finish() {
        lock.lock();
        try {
            done = true;
            over.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Runs when the client closed its side: asks whether it still reads, until it does not or the exchange is over. */
    void watch(Reply reply) {
        while (!isOver()) {
            if (!reply.showSignOfLife()) {
                end(Interruption.ClientLeft);
                return;
            }
            pause();
        }
    }

    private boolean isOver() {
        lock.lock();
        try {
            return done || ending != null;
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        lock.lock();
        try {
            if (!done) {
                over.awaitNanos(ASK.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            done = true;
        } finally {
            lock.unlock();
        }
    }
}
