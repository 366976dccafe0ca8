package dev.windlass.engine;

import dev.windlass.engine.run.EncoderModel;
import dev.windlass.engine.run.EncoderText;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Serves many requests with one encoder at once: submit texts, await their numbers. Thread-safe. One thread of its own
 * computes them in batches ({@link EncoderLoop}); it owns the model and closes it.
 */
public final class EncoderEngine implements AutoCloseable {
    private final int vocabularySize;
    private final int capacity;
    private final LongSupplier clock;
    private final WaitingRoom waitingRoom;
    private final EncoderLoop loop;
    private final Thread thread;

    private EncoderEngine(EncoderModel model, int maximumWaiting, EncoderListener listener, LongSupplier clock) {
        this.vocabularySize = model.vocabularySize();
        this.capacity = model.capacity();
        this.clock = clock;
        this.waitingRoom = new WaitingRoom(maximumWaiting, clock.getAsLong());
        this.loop = new EncoderLoop(model, listener, waitingRoom, clock);
        this.thread = Thread.ofPlatform().name("windlass-encoder").unstarted(loop);
    }

    /**
     * Starts an engine, which from now on owns the model.
     *
     * @param maximumWaiting how many requests may wait for their first batch; more are refused
     */
    public static EncoderEngine start(EncoderModel model, int maximumWaiting, EncoderListener listener) {
        return start(model, maximumWaiting, listener, System::nanoTime);
    }

    static EncoderEngine start(EncoderModel model, int maximumWaiting, EncoderListener listener, LongSupplier clock) {
        var engine = new EncoderEngine(model, maximumWaiting, listener, clock);
        engine.thread.start();
        return engine;
    }

    /**
     * Accepts texts; their numbers come from what is returned.
     *
     * @param texts at least one
     * @throws EngineException.QueueFull when too many requests wait
     * @throws EngineException.ShuttingDown when the engine is closing
     * @throws IllegalArgumentException when a text is longer than {@link #capacity()} or has tokens that the model does not
     *     know
     */
    public Encoding submit(List<EncoderText> texts, Duration timeout) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("expected at least one text, got none");
        }
        texts.forEach(this::check);
        long now = clock.getAsLong();
        var active = new ActiveEncoding(texts, timeout, now, loop.inbox()::wake);
        loop.inbox().refuseWhenClosing();
        waitingRoom.enter(now);
        loop.inbox().accept(active);
        return active;
    }

    private void check(EncoderText text) {
        if (text.length() > capacity) {
            throw new IllegalArgumentException(
                    "text: expected at most %d tokens, got %d".formatted(capacity, text.length()));
        }
        for (int token : text.tokens()) {
            if (token < 0 || token >= vocabularySize) {
                throw new IllegalArgumentException(
                        "text: expected tokens from 0 to %d, got %d".formatted(vocabularySize - 1, token));
            }
        }
    }

    /** How many token ids the model knows. */
    public int vocabularySize() {
        return vocabularySize;
    }

    /** The longest text, in tokens. */
    public int capacity() {
        return capacity;
    }

    /** How busy it is. Cheap. */
    public EncoderSnapshot snapshot() {
        return loop.snapshot();
    }

    /** Refuses new requests, lets those accepted go on for so long, fails the rest, and closes the model. */
    public void close(Duration drain) {
        loop.inbox().close(drain, thread, "encoder");
    }

    /** Closes without letting anything go on. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
