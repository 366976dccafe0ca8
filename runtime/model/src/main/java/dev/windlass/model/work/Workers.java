package dev.windlass.model.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A few threads that share a list of tasks: each takes the next when it is done with one, and the first failure ends all. */
public final class Workers {
    private static final long TICK_MILLIS = 100;

    private final int threads;
    private final ThreadFactory factory;

    private Workers(int threads, ThreadFactory factory) {
        this.threads = threads;
        this.factory = factory;
    }

    /** Platform threads, for tasks that compute. */
    public static Workers computing(String name, int threads) {
        return new Workers(
                threads,
                Thread.ofPlatform().daemon().name("windlass-" + name + "-", 0).factory());
    }

    /** Virtual threads, for tasks that wait. */
    public static Workers waiting(String name, int threads) {
        return new Workers(
                threads, Thread.ofVirtual().name("windlass-" + name + "-", 0).factory());
    }

    /** Work that reads and writes files. */
    @FunctionalInterface
    public interface Task {
        void run() throws IOException;
    }

    /** Runs all tasks, calling {@code tick} from this thread now and then, and once when all are done. */
    public void run(List<? extends Task> tasks, Runnable tick) throws IOException {
        var next = new AtomicInteger();
        var stop = new AtomicBoolean();
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
            } catch (Throwable t) {
                stop.set(true);
                executor.shutdownNow();
                throw t;
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
