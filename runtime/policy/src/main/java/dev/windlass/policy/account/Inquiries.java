package dev.windlass.policy.account;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers of somebody who should not be asked often: each is kept for a time of its own, and those who want the same at the same time wait
 * for one question. No answer is not kept.
 */
final class Inquiries<K, V> {
    /** Whoever sends many tokens must not have the whole cluster wait for them. */
    static final int MOST_AT_ONCE = 32;

    private static final int MOST_KEPT = 10_000;
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("inquiry").start(task);

    private final AsyncCache<K, Kept<V>> answers;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final Duration patience;

    /** An answer, and how long it may be given again. */
    record Kept<V>(V answer, Duration life) {}

    /** What is asked where there is no answer yet. */
    @FunctionalInterface
    interface Question<V> {
        Kept<V> ask() throws IOException;
    }

    /** @param patience the longest that anybody waits for an answer */
    Inquiries(InstantSource clock, Duration patience) {
        this.patience = patience;
        this.answers = Caffeine.newBuilder()
                .maximumSize(MOST_KEPT)
                .expireAfter(Expiry.<K, Kept<V>>creating((_, kept) -> kept.life()))
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(THREADS)
                .buildAsync();
    }

    /** @throws IOException where there is no answer in time */
    V answer(K about, Question<V> question) throws IOException {
        var answer = answers.get(about, (_, threads) -> CompletableFuture.supplyAsync(() -> ask(question), threads));
        try {
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS).answer();
        } catch (TimeoutException late) {
            throw new IOException("no answer within " + patience, late);
        } catch (ExecutionException failed) {
            // The cache takes it out in its own time, and whoever asks next must not hear of it.
            answers.asMap().remove(about, answer);
            throw new IOException(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    private Kept<V> ask(Question<V> question) {
        try {
            if (!places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("too many others ask");
            }
            try {
                return question.ask();
            } finally {
                places.release();
            }
        } catch (IOException unanswered) {
            throw new UncheckedIOException(unanswered);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", stopped));
        }
    }
}
