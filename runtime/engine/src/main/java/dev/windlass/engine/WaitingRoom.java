package dev.windlass.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the requests that wait for their first step, and knows how fast they leave. Thread-safe. */
final class WaitingRoom {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** How much the newest interval counts in the mean. */
    private static final double SHARE = 0.1;

    private final int bound;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile double meanInterval;
    private volatile long lastLeft;

    WaitingRoom(int bound, long now) {
        this.bound = bound;
        this.lastLeft = now;
    }

    int size() {
        return waiting.get();
    }

    void enter(long now) {
        int before = waiting.getAndUpdate(size -> Math.min(bound, size + 1));
        if (before == bound) {
            throw new EngineException.QueueFull(before, retryAfter(now));
        }
    }

    /** Called on the engine's thread only, when a request got its first slot or gave up before. */
    void leave(long now) {
        waiting.decrementAndGet();
        meanInterval += SHARE * (now - lastLeft - meanInterval);
        lastLeft = now;
    }

    /** When half of those who wait now will have left, at the pace of late or, when all stands still, at that. */
    private Duration retryAfter(long now) {
        double interval = Math.max(meanInterval, now - lastLeft);
        var half = Duration.ofNanos((long) (interval * bound / 2));
        return half.compareTo(SHORTEST) < 0 ? SHORTEST : half.compareTo(LONGEST) > 0 ? LONGEST : half;
    }
}
