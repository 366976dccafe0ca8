package dev.windlass.engine;

import java.time.Duration;
import java.util.Optional;

/** A request to an encoder, as its client sees it. Thread-safe. */
public interface Encoding extends AutoCloseable {
    /**
     * Waits for the numbers of all texts.
     *
     * @return a row for each text, in their order; empty when they did not come within {@code timeout}
     * @throws EngineException when they never will
     */
    Optional<float[][]> await(Duration timeout) throws InterruptedException;

    /** Gives the request up within one step of the engine; a no-op once it ended. Closing cancels too. */
    void cancel();

    @Override
    default void close() {
        cancel();
    }
}
