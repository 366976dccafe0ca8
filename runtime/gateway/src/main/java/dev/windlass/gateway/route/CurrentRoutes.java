package dev.windlass.gateway.route;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of this moment, which requests read and one source replaces. */
public final class CurrentRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentRoutes.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition replaced = lock.newCondition();
    private final List<Consumer<RouteTable>> listeners = new CopyOnWriteArrayList<>();
    private volatile RouteTable table = RouteTable.EMPTY;
    private volatile boolean filled;

    /** The table as it is now; unchanging. */
    public RouteTable table() {
        return table;
    }

    /** Whether a source has said what there is. */
    public boolean isFilled() {
        return filled;
    }

    /** Tells of the table and of every one that follows, on the thread that brings it. */
    public void subscribe(Consumer<RouteTable> listener) {
        listeners.add(listener);
        listener.accept(table);
    }

    /** Makes this the table. */
    public void replace(RouteTable next) {
        if (!next.conflicts().equals(table.conflicts())) {
            next.conflicts()
                    .forEach(conflict -> LOG.warn(
                            "model {} is served by {}, which is older; {} is reached as {} only",
                            conflict.name(),
                            conflict.owner(),
                            conflict.other(),
                            conflict.other().qualify(conflict.name())));
        }
        lock.lock();
        try {
            table = next;
            filled = true;
            replaced.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.forEach(listener -> listener.accept(next));
    }

    /** Wakes all who wait, without a new table, so that they look whether their client is still there. */
    public void wake() {
        lock.lock();
        try {
            replaced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the table is no longer {@code seen}, somebody calls {@link #wake}, or the time is over.
     *
     * @param isOver whether to wait at all, asked so that no {@link #wake} is missed
     */
    public void awaitOther(RouteTable seen, Duration longest, BooleanSupplier isOver) throws InterruptedException {
        lock.lock();
        try {
            if (table == seen && !isOver.getAsBoolean()) {
                replaced.awaitNanos(longest.toNanos());
            }
        } finally {
            lock.unlock();
        }
    }
}
