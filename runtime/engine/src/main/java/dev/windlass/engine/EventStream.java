package dev.windlass.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way of one request's events from the engine's thread to its reader. The engine never waits here: it looks whether
 * the stream is full and leaves the request aside while it is.
 */
final class EventStream implements Generation {
    private final int bound;
    private final Runnable wakeEngine;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private ArrayList<GenerationEvent> unread = new ArrayList<>(4);
    private boolean ended;
    private volatile int count;
    private volatile boolean cancelled;

    EventStream(int bound, Runnable wakeEngine) {
        this.bound = bound;
        this.wakeEngine = wakeEngine;
    }

    boolean isFull() {
        return count >= bound;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void publish(GenerationEvent event) {
        lock.lock();
        try {
            unread.add(event);
            count = unread.size();
            ended = isLast(event);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isLast(GenerationEvent event) {
        return switch (event) {
            case GenerationEvent.PromptScored _, GenerationEvent.Token _ -> false;
            case GenerationEvent.Finished _, GenerationEvent.Failed _ -> true;
        };
    }

    @Override
    public List<GenerationEvent> take(Duration timeout) throws InterruptedException {
        boolean wasFull;
        List<GenerationEvent> events;
        lock.lockInterruptibly();
        try {
            long left = timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? timeout.toNanos() : Long.MAX_VALUE;
            while (unread.isEmpty() && !ended && left > 0) {
                left = arrived.awaitNanos(left);
            }
            if (unread.isEmpty()) {
                return List.of();
            }
            wasFull = isFull();
            events = unread;
            unread = new ArrayList<>(4);
            count = 0;
        } finally {
            lock.unlock();
        }
        if (wasFull) {
            wakeEngine.run();
        }
        return events;
    }

    @Override
    public void cancel() {
        cancelled = true;
        wakeEngine.run();
    }
}
