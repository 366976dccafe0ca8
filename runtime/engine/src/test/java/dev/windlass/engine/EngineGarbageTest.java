package dev.windlass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.sample.SamplingParameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the engine's thread allocates for a token is small, and the same for a small vocabulary and a large one. */
class EngineGarbageTest {
    private static final int SEQUENCES = 8;
    private static final int TOKENS = 240;
    private static final long BYTES_A_TOKEN = 2_048;

    /** Gives the same logits over and over, from one buffer. */
    private static final class BufferRunner implements ModelRunner {
        private final Arena arena = Arena.ofShared();
        private final int vocabularySize;
        private final MemorySegment logits;
        final CountDownLatch submitted = new CountDownLatch(SEQUENCES);

        BufferRunner(int vocabularySize) {
            this.vocabularySize = vocabularySize;
            this.logits = arena.allocate(ValueLayout.JAVA_FLOAT, (long) SEQUENCES * vocabularySize);
        }

        @Override
        public int vocabularySize() {
            return vocabularySize;
        }

        @Override
        public int slots() {
            return SEQUENCES;
        }

        @Override
        public int capacity() {
            return 1_024;
        }

        @Override
        public Logits run(Batch batch) {
            awaitAll();
            int rows = batch.spans().size();
            for (int i = 0; i < rows * vocabularySize; i++) {
                logits.setAtIndex(ValueLayout.JAVA_FLOAT, i, (i * 31 % 97) * 0.2f);
            }
            return new Logits(logits, rows, vocabularySize);
        }

        private void awaitAll() {
            try {
                if (!submitted.await(30, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("not all requests were submitted");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void copy(int sourceSlot, int targetSlot, int length) {}

        @Override
        public void close() {
            arena.close();
        }
    }

    /** Measures between two steps in which all sequences decode, on the engine's thread. */
    private static final class Meter implements EngineListener {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final CompletableFuture<Long> bytesAToken = new CompletableFuture<>();
        private long before;
        private int steps;

        @Override
        public void stepped(StepStatistics step) {
            if (step.sampledTokens() < SEQUENCES) {
                return;
            }
            steps++;
            if (steps == TOKENS / 2) {
                before = threads.getCurrentThreadAllocatedBytes();
            } else if (steps == TOKENS - 10) {
                long bytes = threads.getCurrentThreadAllocatedBytes() - before;
                bytesAToken.complete(bytes / ((steps - TOKENS / 2) * (long) SEQUENCES));
            }
        }
    }

    private static long bytesAToken(int vocabularySize, SamplingParameters sampling) throws Exception {
        var meter = new Meter();
        var runner = new BufferRunner(vocabularySize);
        try (var engine =
                Engine.start(runner, new LetterTokenizer(vocabularySize), EngineOptions.of(SEQUENCES), meter)) {
            List<Generation> generations = new ArrayList<>();
            for (int i = 0; i < SEQUENCES; i++) {
                var request = Requests.prompt(6 + i, 7, 8, 9);
                request.sampling = sampling;
                request.maximumTokens = TOKENS;
                request.ignoreEnd = true;
                request.stopStrings = List.of("never to be seen");
                generations.add(engine.submit(request.build()));
                runner.submitted.countDown();
            }
            for (var generation : generations) {
                Requests.await(generation);
            }
            return meter.bytesAToken.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void isSmallAndIndependentOfTheVocabularyWhenGreedy() throws Exception {
        assertThat(bytesAToken(100, SamplingParameters.GREEDY)).isLessThan(BYTES_A_TOKEN);
        assertThat(bytesAToken(20_000, SamplingParameters.GREEDY)).isLessThan(BYTES_A_TOKEN);
    }

    @Test
    void isSmallAndIndependentOfTheVocabularyWhenDrawnWithEverythingOn() throws Exception {
        var sampling =
                new SamplingParameters(0.8f, 0.9f, 40, 0.01f, 0.1f, 0.1f, 1.1f, Map.of(7, 1f), OptionalLong.of(1));
        assertThat(bytesAToken(100, sampling)).isLessThan(BYTES_A_TOKEN);
        assertThat(bytesAToken(20_000, sampling)).isLessThan(BYTES_A_TOKEN);
    }
}
