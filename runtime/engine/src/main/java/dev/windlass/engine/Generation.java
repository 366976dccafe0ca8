package dev.windlass.engine;

import java.time.Duration;
import java.util.List;

/** A submitted request, as its client sees it. Thread-safe, meant for one reader. */
public interface Generation extends AutoCloseable {
    /**
     * Waits for events and takes all there are.
     *
     * @return in order; empty when nothing came within {@code timeout}
     */
    List<GenerationEvent> take(Duration timeout) throws InterruptedException;

    /** Ends the request within one step of the engine; a no-op once it ended. Closing cancels too. */
    void cancel();

    @Override
    default void close() {
        cancel();
    }
}
