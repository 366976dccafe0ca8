package dev.windlass.engine;

import java.time.Duration;

/** Hears what happens in an encoder's engine, on its thread between two steps: implementations count and return. */
public interface EncoderListener {
    /** Hears nothing. */
    EncoderListener NONE = new EncoderListener() {};

    /** A request's first texts go into a batch. */
    default void started(Duration queued) {}

    /**
     * A batch was computed.
     *
     * @param tokens of its texts, without padding
     * @param padding tokens computed for nothing
     */
    default void computed(int texts, int tokens, int padding, Duration took) {}

    /** All texts of a request are computed. */
    default void finished(Duration sinceSubmission) {}

    /** A request ended without result: late, cancelled or by a failure. */
    default void failed() {}
}
