package dev.windlass.engine;

import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.GenerationEvent.Usage;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a listener's mistakes from the requests. */
final class GuardedListener implements EngineListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final EngineListener listener;

    GuardedListener(EngineListener listener) {
        this.listener = listener;
    }

    @Override
    public void queued(GenerationRequest request) {
        guard(() -> listener.queued(request));
    }

    @Override
    public void started(GenerationRequest request, Duration queued, int cachedTokens) {
        guard(() -> listener.started(request, queued, cachedTokens));
    }

    @Override
    public void firstToken(GenerationRequest request, Duration sinceSubmission) {
        guard(() -> listener.firstToken(request, sinceSubmission));
    }

    @Override
    public void nextToken(GenerationRequest request, Duration sincePrevious) {
        guard(() -> listener.nextToken(request, sincePrevious));
    }

    @Override
    public void preempted(GenerationRequest request) {
        guard(() -> listener.preempted(request));
    }

    @Override
    public void finished(GenerationRequest request, FinishReason reason, Usage usage) {
        guard(() -> listener.finished(request, reason, usage));
    }

    @Override
    public void failed(GenerationRequest request, EngineException cause) {
        guard(() -> listener.failed(request, cause));
    }

    @Override
    public void stepped(StepStatistics step) {
        guard(() -> listener.stepped(step));
    }

    @Override
    public void stepFailed(Throwable cause, int consecutive) {
        guard(() -> listener.stepFailed(cause, consecutive));
    }

    @Override
    public void broken(Throwable cause) {
        guard(() -> listener.broken(cause));
    }

    static void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | LinkageError e) { // a metrics library that is not all there must not end the engine
            LOG.warn("A listener failed; the engine goes on", e);
        }
    }
}
