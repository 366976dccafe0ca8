package dev.windlass.bench;

import dev.windlass.engine.EngineException;
import dev.windlass.engine.EngineListener;
import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.GenerationEvent.Usage;
import dev.windlass.engine.GenerationRequest;
import dev.windlass.engine.StepStatistics;
import java.time.Duration;

/** Hears on behalf of another while it is on, so that one engine can be measured both with and without who listens. */
final class SwitchedListener implements EngineListener {
    private final EngineListener to;
    private volatile boolean on;

    SwitchedListener(EngineListener to) {
        this.to = to;
    }

    void turn(boolean on) {
        this.on = on;
    }

    private EngineListener heard() {
        return on ? to : EngineListener.NONE;
    }

    @Override
    public void queued(GenerationRequest request) {
        heard().queued(request);
    }

    @Override
    public void started(GenerationRequest request, Duration queued, int cachedTokens) {
        heard().started(request, queued, cachedTokens);
    }

    @Override
    public void firstToken(GenerationRequest request, Duration sinceSubmission) {
        heard().firstToken(request, sinceSubmission);
    }

    @Override
    public void nextToken(GenerationRequest request, Duration sincePrevious) {
        heard().nextToken(request, sincePrevious);
    }

    @Override
    public void preempted(GenerationRequest request) {
        heard().preempted(request);
    }

    @Override
    public void finished(GenerationRequest request, FinishReason reason, Usage usage) {
        heard().finished(request, reason, usage);
    }

    @Override
    public void failed(GenerationRequest request, EngineException cause) {
        heard().failed(request, cause);
    }

    @Override
    public void stepped(StepStatistics step) {
        heard().stepped(step);
    }
}
