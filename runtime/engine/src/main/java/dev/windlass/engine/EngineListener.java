package dev.windlass.engine;

import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.GenerationEvent.Usage;
import java.time.Duration;

/**
 * Hears what happens in an engine, for metrics. Called on the engine's thread between two steps: implementations count
 * and return. What they throw is logged and otherwise ignored.
 */
public interface EngineListener {
    /** Hears nothing. */
    EngineListener NONE = new EngineListener() {};

    /** A request was accepted and waits. */
    default void queued(GenerationRequest request) {}

    /**
     * A request got its slot for the first time.
     *
     * @param cachedTokens how much of its prompt need not be computed
     */
    default void started(GenerationRequest request, Duration queued, int cachedTokens) {}

    /** The first token came so long after submission. */
    default void firstToken(GenerationRequest request, Duration sinceSubmission) {}

    /** A further token came so long after the one before. */
    default void nextToken(GenerationRequest request, Duration sincePrevious) {}

    /** A request lost its slot and will be recomputed. */
    default void preempted(GenerationRequest request) {}

    /** A request ended with an output, complete or aborted. */
    default void finished(GenerationRequest request, FinishReason reason, Usage usage) {}

    /** A request ended without one. */
    default void failed(GenerationRequest request, EngineException cause) {}

    /** A step was done. */
    default void stepped(StepStatistics step) {}

    /**
     * A step failed, and with it the requests it computed.
     *
     * @param consecutive how many steps failed in a row, this one included: past a few the model itself is broken
     */
    default void stepFailed(Throwable cause, int consecutive) {}

    /** The engine's thread ended by an error rather than by being closed: nothing is served any more. */
    default void broken(Throwable cause) {}
}
