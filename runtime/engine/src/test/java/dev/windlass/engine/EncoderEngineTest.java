package dev.windlass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.windlass.engine.run.EncoderText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EncoderEngineTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private final SumModel model = new SumModel();
    private final AtomicLong clock = new AtomicLong();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final EncoderEngine engine = EncoderEngine.start(model, 2, EncoderListener.NONE, clock::get);

    @AfterEach
    void stop() {
        gate.countDown();
        engine.close();
        assertThat(model.closed).isTrue();
    }

    private static EncoderText text(int... tokens) {
        return new EncoderText(tokens);
    }

    /** Lets the model's first batch wait until the gate opens, and returns once it does. */
    private Encoding occupy() throws InterruptedException {
        model.beforeRun = () -> {
            entered.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        var first = engine.submit(List.of(text(1)), LONG);
        entered.await();
        return first;
    }

    @Test
    void givesEachTextItsNumbersInTheOrderAsked() throws InterruptedException {
        float[][] rows = engine.submit(List.of(text(1), text(2, 3, 4), text(5, 6)), LONG)
                .await(LONG)
                .orElseThrow();

        assertThat(rows).isDeepEqualTo(new float[][] {{1, 1}, {3, 9}, {2, 11}});
    }

    @Test
    void computesMoreTextsThanFitIntoOneBatch() throws InterruptedException {
        List<EncoderText> texts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            texts.add(text(new int[] {i, 1, 2, 3, 4, 5, 6, 7}));
        }
        float[][] rows = engine.submit(texts, LONG).await(LONG).orElseThrow();

        for (int i = 0; i < rows.length; i++) {
            assertThat(rows[i]).containsExactly(8, i + 28);
        }
        assertThat(model.batches).hasSize(7).allMatch(size -> size <= 8);
    }

    @Test
    void computesRequestsThatWaitTogether() throws InterruptedException {
        var first = occupy();
        var second = engine.submit(List.of(text(2, 2)), LONG);
        var third = engine.submit(List.of(text(3, 3, 3)), LONG);
        gate.countDown();

        assertThat(first.await(LONG).orElseThrow()).isDeepEqualTo(new float[][] {{1, 1}});
        assertThat(second.await(LONG).orElseThrow()).isDeepEqualTo(new float[][] {{2, 4}});
        assertThat(third.await(LONG).orElseThrow()).isDeepEqualTo(new float[][] {{3, 9}});
        assertThat(model.batches).containsExactly(1, 2);
    }

    @Test
    void refusesWhenTooManyWait() throws InterruptedException {
        occupy();
        engine.submit(List.of(text(2)), LONG);
        engine.submit(List.of(text(3)), LONG);

        assertThatExceptionOfType(EngineException.QueueFull.class)
                .isThrownBy(() -> engine.submit(List.of(text(4)), LONG))
                .satisfies(full -> assertThat(full.retryAfter()).isPositive());
        assertThat(engine.snapshot().waiting()).isEqualTo(2);
        assertThat(engine.snapshot().running()).isEqualTo(1);
    }

    @Test
    void failsWhatIsLateAndForgetsWhatWasCancelled() throws InterruptedException {
        var first = occupy();
        var late = engine.submit(List.of(text(2)), Duration.ofMillis(5));
        var cancelled = engine.submit(List.of(text(3)), LONG);
        cancelled.cancel();
        clock.set(Duration.ofMillis(6).toNanos());
        gate.countDown();

        assertThat(first.await(LONG)).isPresent();
        assertThatExceptionOfType(EngineException.DeadlineExceeded.class).isThrownBy(() -> late.await(LONG));
        assertThat(model.batches).containsExactly(1);
    }

    @Test
    void failsTheTextsOfABatchThatFailsAndGoesOn() throws InterruptedException {
        model.beforeRun = () -> {
            throw new IllegalStateException("broken");
        };
        var failed = engine.submit(List.of(text(1)), LONG);
        assertThatExceptionOfType(EngineException.StepFailed.class).isThrownBy(() -> failed.await(LONG));

        model.beforeRun = () -> {};
        assertThat(engine.submit(List.of(text(1)), LONG).await(LONG)).isPresent();
    }

    @Test
    void refusesTextsTheModelCannotTake() {
        assertThatIllegalArgumentException().isThrownBy(() -> engine.submit(List.of(), LONG));
        assertThatIllegalArgumentException().isThrownBy(() -> engine.submit(List.of(text(new int[17])), LONG));
        assertThatIllegalArgumentException().isThrownBy(() -> engine.submit(List.of(text(100)), LONG));
        assertThatIllegalArgumentException().isThrownBy(() -> engine.submit(List.of(text(-1)), LONG));
    }

    @Test
    void failsWhatIsLeftWhenItCloses() throws InterruptedException {
        occupy();
        var waiting = engine.submit(List.of(text(2)), LONG);
        var closing = Thread.ofPlatform().start(engine::close);
        while (!engine.snapshot().closing()) {
            Thread.onSpinWait();
        }
        gate.countDown();
        closing.join();

        assertThatExceptionOfType(EngineException.ShuttingDown.class).isThrownBy(() -> waiting.await(LONG));
        assertThatExceptionOfType(EngineException.ShuttingDown.class)
                .isThrownBy(() -> engine.submit(List.of(text(1)), LONG));
    }

    @Test
    void servesManyClientsAtOnce() throws Exception {
        var roomy = EncoderEngine.start(new SumModel(), 1000, EncoderListener.NONE);
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<float[][]>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int[] tokens = new int[1 + i % 16];
                Arrays.fill(tokens, i % 100);
                results.add(clients.submit(() -> roomy.submit(List.of(text(tokens), text(7)), LONG)
                        .await(LONG)
                        .orElseThrow()));
            }
            for (int i = 0; i < results.size(); i++) {
                int length = 1 + i % 16;
                assertThat(results.get(i).get()).isDeepEqualTo(new float[][] {{length, length * (i % 100)}, {1, 7}});
            }
        } finally {
            roomy.close();
        }
    }
}
