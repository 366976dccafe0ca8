package dev.windlass.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Engines of a test, on a runner whose steps the test may hold back. Closes all that it started. */
final class TestedEngines implements AutoCloseable {
    static final int VOCABULARY = 64;
    static final int CAPACITY = 256;

    final LetterTokenizer tokenizer = new LetterTokenizer(VOCABULARY);
    final Heard heard = new Heard();

    private final List<Engine> engines = new ArrayList<>();
    private final Semaphore steps = new Semaphore(0);
    private HashRunner runner = new HashRunner(VOCABULARY, 4, CAPACITY);

    /** What the listener of all these engines was told. */
    static final class Heard implements EngineListener {
        final List<String> preempted = new CopyOnWriteArrayList<>();
        final List<String> started = new CopyOnWriteArrayList<>();
        final AtomicInteger failedSteps = new AtomicInteger();
        final AtomicInteger tokens = new AtomicInteger();
        final List<StepStatistics> statistics = new CopyOnWriteArrayList<>();

        @Override
        public void started(GenerationRequest request, Duration queued, int cachedTokens) {
            started.add(request.id());
        }

        @Override
        public void firstToken(GenerationRequest request, Duration sinceSubmission) {
            tokens.incrementAndGet();
        }

        @Override
        public void nextToken(GenerationRequest request, Duration sincePrevious) {
            tokens.incrementAndGet();
        }

        @Override
        public void preempted(GenerationRequest request) {
            preempted.add(request.id());
        }

        @Override
        public void stepped(StepStatistics step) {
            statistics.add(step);
        }

        @Override
        public void stepFailed(Throwable cause, int consecutive) {
            failedSteps.set(consecutive);
        }
    }

    Engine start() {
        return start(EngineOptions.of(4));
    }

    Engine start(EngineOptions options) {
        var engine = Engine.start(runner, tokenizer, options, heard);
        engines.add(engine);
        return engine;
    }

    /** What the next engine is started on. */
    HashRunner runner() {
        return runner;
    }

    /** Engines that start from now on have a runner of their own. */
    void changeRunner(int slots) {
        runner = new HashRunner(VOCABULARY, slots, CAPACITY);
    }

    /** From now on every step waits until {@link #allow} lets it through. */
    void holdSteps() {
        runner.beforeStep = steps::acquireUninterruptibly;
    }

    void allow(int more) {
        steps.release(more);
    }

    @Override
    public void close() {
        runner.beforeStep = () -> {};
        allow(1_000_000);
        engines.forEach(Engine::close);
    }
}
