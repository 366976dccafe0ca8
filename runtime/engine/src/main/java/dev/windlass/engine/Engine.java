package dev.windlass.engine;

import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.token.Tokenizer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Serves many requests with one model at once: submit a request, read its events. Thread-safe. One thread of its own
 * schedules, runs and postprocesses ({@link EngineLoop}); it owns the model runner and closes it, and the tokenizer stays
 * the caller's.
 */
public final class Engine implements AutoCloseable {
    private final int vocabularySize;
    private final int capacity;
    private final Tokenizer tokenizer;
    private final EngineOptions options;
    private final LongSupplier clock;
    private final WaitingRoom waitingRoom;
    private final EngineLoop loop;
    private final Thread thread;
    private final AtomicLong arrivals = new AtomicLong();

    private Engine(
            ModelRunner runner,
            Tokenizer tokenizer,
            EngineOptions options,
            EngineListener listener,
            LongSupplier clock) {
        this.vocabularySize = Math.min(runner.vocabularySize(), tokenizer.vocabularySize());
        this.capacity = runner.capacity();
        this.tokenizer = tokenizer;
        this.options = options;
        this.clock = clock;
        this.waitingRoom = new WaitingRoom(options.maximumWaiting(), clock.getAsLong());
        this.loop = new EngineLoop(runner, vocabularySize, options, new GuardedListener(listener), waitingRoom, clock);
        this.thread = Thread.ofPlatform().name("windlass-engine").unstarted(loop);
    }

    /** Starts an engine, which from now on owns the runner. */
    public static Engine start(
            ModelRunner runner, Tokenizer tokenizer, EngineOptions options, EngineListener listener) {
        return start(runner, tokenizer, options, listener, System::nanoTime);
    }

    static Engine start(
            ModelRunner runner,
            Tokenizer tokenizer,
            EngineOptions options,
            EngineListener listener,
            LongSupplier clock) {
        var engine = new Engine(runner, tokenizer, options, listener, clock);
        engine.thread.start();
        return engine;
    }

    /**
     * Accepts a request; its events come from what is returned.
     *
     * @throws EngineException.QueueFull when too many wait
     * @throws EngineException.PromptTooLong when the context has no room for the prompt and a token
     * @throws EngineException.ShuttingDown when the engine is closing
     * @throws IllegalArgumentException when the prompt has tokens that the model does not know
     */
    public Generation submit(GenerationRequest request) {
        check(request.prompt());
        long now = clock.getAsLong();
        var events = new EventStream(options.maximumEvents(), loop.inbox()::wake);
        var active = new ActiveRequest(request, tokenizer, events, arrivals.getAndIncrement(), now);
        loop.inbox().refuseWhenClosing();
        waitingRoom.enter(now);
        loop.inbox().accept(active);
        return events;
    }

    private void check(int[] prompt) {
        if (prompt.length >= capacity) {
            throw new EngineException.PromptTooLong(prompt.length, capacity);
        }
        for (int i = 0; i < prompt.length; i++) {
            if (prompt[i] < 0 || prompt[i] >= vocabularySize) {
                throw new IllegalArgumentException("prompt[%d]: expected a token from 0 to %d, got %d"
                        .formatted(i, vocabularySize - 1, prompt[i]));
            }
        }
    }

    /** How many tokens prompt and output have room for together. */
    public int capacity() {
        return capacity;
    }

    /** Whether what was computed for one request serves others that begin alike. */
    public boolean reusesPrefixes() {
        return options.reusePrefixes();
    }

    /** How busy it is. Cheap. */
    public EngineSnapshot snapshot() {
        return loop.snapshot();
    }

    /** Refuses new requests, lets those accepted go on for so long, fails the rest, and closes the runner. */
    public void close(Duration drain) {
        loop.inbox().close(drain, thread, "engine");
    }

    /** Closes without letting anything go on. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
