package dev.windlass.model.artifact;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Platform threads that compute: each takes the next task when it is done with one, and the first failure ends all. */
final class Workers {
    private static final long TICK_MILLIS = 100;

    private final int threads;

    Workers(int threads) {
        this.threads = threads;
    }

    /** Work that reads and writes files. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException;
    }

    /** Runs all tasks, calling {@code tick} from this thread now and then. */
    void run(String name, List<? extends Task> tasks, Runnable tick) throws IOException {
        var next = new AtomicInteger();
        var stop = new AtomicBoolean();
        var factory =
                Thread.ofPlatform().daemon().name("windlass-" + name + "-", 0).factory();
        try (var executor = Executors.newFixedThreadPool(threads, factory)) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(() -> {
                    for (int task = next.getAndIncrement();
                            task < tasks.size() && !stop.get();
                            task = next.getAndIncrement()) {
                        tasks.get(task).run();
                    }
                    return null;
                }));
            }
            try {
                for (var worker : running) {
                    await(worker, tick);
                }
            } finally {
                stop.set(true);
            }
        }
        tick.run();
    }

    private static void await(Future<?> worker, Runnable tick) throws IOException {
        while (true) {
            try {
                worker.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                tick.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case IOException io -> throw io;
                    case RuntimeException runtime -> throw runtime;
                    case Error error -> throw error;
                    case null, default -> throw new IllegalStateException(e);
                }
            }
        }
    }
}
