package dev.windlass.engine;

import dev.windlass.engine.run.EncoderText;
import dev.windlass.engine.schedule.TextQueue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request that the encoder's engine works on. All but the handle's two methods are for the engine's thread. */
final class ActiveEncoding implements Encoding {
    final List<EncoderText> texts;
    final TextQueue queue;
    final Duration timeout;
    final long submitted;
    private final Runnable wakeEngine;
    private final float[][] rows;
    private final CompletableFuture<float[][]> result = new CompletableFuture<>();
    private int computed;
    private volatile boolean cancelled;

    ActiveEncoding(List<EncoderText> texts, Duration timeout, long submitted, Runnable wakeEngine) {
        this.texts = List.copyOf(texts);
        this.queue = new TextQueue(texts.stream().mapToInt(EncoderText::length).toArray());
        this.timeout = timeout;
        this.submitted = submitted;
        this.wakeEngine = wakeEngine;
        this.rows = new float[texts.size()][];
    }

    boolean isCancelled() {
        return cancelled;
    }

    boolean isLate(long now) {
        return now - submitted >= timeout.toNanos();
    }

    boolean isComplete() {
        return computed == rows.length;
    }

    void put(int text, float[] row) {
        rows[text] = row;
        computed++;
    }

    void complete() {
        result.complete(rows);
    }

    void fail(EngineException cause) {
        result.completeExceptionally(cause);
    }

    @Override
    public Optional<float[][]> await(Duration patience) throws InterruptedException {
        try {
            return Optional.of(result.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EngineException cause ? cause : new EngineException.StepFailed(e);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        wakeEngine.run();
    }
}
