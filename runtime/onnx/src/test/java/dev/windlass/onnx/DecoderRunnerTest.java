package dev.windlass.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.Span;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DecoderRunnerTest {
    private static final int SLOTS = 4;
    private static final int CAPACITY = TinyDecoder.POSITIONS;

    private final OnnxRuntime runtime = OnnxRuntime.open();
    private final Device device = runtime.cpu();
    private final DecoderRunner runner = DecoderRunner.open(
            runtime, TinyDecoder.graph(), device, SessionOptions.defaults().withThreads(1), SLOTS, CAPACITY);

    @AfterEach
    void close() {
        runner.close();
        device.close();
        runtime.close();
    }

    @Test
    void aPromptInChunksScoresLikeThePromptInOne() {
        int[] prompt = tokens(13, 1);
        float[] whole = last(run(lengths(0, 0, 0, 0), new Span(0, 0, prompt, 13, 1)));
        run(lengths(0, 0, 0, 0), new Span(1, 0, prompt, 5, 0));
        run(lengths(0, 5, 0, 0), new Span(1, 5, prompt, 1, 0));
        float[] chunked = last(run(lengths(0, 6, 0, 0), new Span(1, 6, prompt, 7, 1)));
        assertThat(chunked).containsExactly(whole, within(1e-4f));
    }

    @Test
    void sequencesOfAnyLengthDecodeTogetherLikeAlone() {
        int[][] sequences = {tokens(6, 1), tokens(10, 2), tokens(3, 3)};
        float[][] alone = new float[3][];
        for (int i = 0; i < 3; i++) {
            alone[i] = last(run(lengths(0, 0, 0, 0), new Span(0, 0, sequences[i], sequences[i].length, 1)));
        }
        for (int i = 0; i < 3; i++) {
            run(lengths(0, 0, 0, 0), new Span(i, 0, sequences[i], sequences[i].length - 1, 0));
        }
        Logits together = run(
                lengths(5, 9, 2, 0),
                new Span(2, 2, sequences[2], 1, 1),
                new Span(0, 5, sequences[0], 1, 1),
                new Span(1, 9, sequences[1], 1, 1));
        assertThat(TinyDecoder.floats(together.row(0))).containsExactly(alone[2], within(1e-4f));
        assertThat(TinyDecoder.floats(together.row(1))).containsExactly(alone[0], within(1e-4f));
        assertThat(TinyDecoder.floats(together.row(2))).containsExactly(alone[1], within(1e-4f));
    }

    @Test
    void idleRowsKeepWhatTheyHold() {
        int[] idle = tokens(9, 4);
        int[] busy = tokens(20, 5);
        float[] expected = last(run(lengths(0, 0, 0, 0), new Span(3, 0, idle, 9, 1)));
        run(lengths(0, 0, 0, 0), new Span(1, 0, idle, 8, 0));
        run(lengths(0, 8, 0, 0), new Span(0, 0, busy, 4, 0), new Span(2, 0, busy, 4, 0));
        for (int step = 4; step < 20; step++) {
            run(lengths(step, 8, step, 0), new Span(0, step, busy, 1, 1), new Span(2, step, busy, 1, 1));
        }
        assertThat(last(run(lengths(20, 8, 20, 0), new Span(1, 8, idle, 1, 1))))
                .containsExactly(expected, within(1e-4f));
    }

    @Test
    void aFullSlotMayIdle() {
        int[] full = tokens(CAPACITY, 6);
        int[] busy = tokens(5, 7);
        float[] expected = last(run(lengths(0, 0, 0, 0), new Span(3, 0, full, CAPACITY, 1)));
        run(lengths(0, 0, 0, 0), new Span(1, 0, full, CAPACITY, 0));
        run(lengths(0, CAPACITY, 0, 0), new Span(0, 0, busy, 4, 0), new Span(2, 0, busy, 4, 0));
        run(lengths(4, CAPACITY, 4, 0), new Span(0, 4, busy, 1, 1), new Span(2, 4, busy, 1, 1));
        int last = CAPACITY - 1;
        assertThat(last(run(lengths(5, last, 5, 0), new Span(1, last, full, 1, 1))))
                .containsExactly(expected, within(1e-4f));
    }

    @Test
    void promptsAndDecodingMixInOneBatchInTheOrderGiven() {
        int[] first = tokens(7, 8);
        int[] second = tokens(9, 9);
        float[] firstAlone = last(run(lengths(0, 0, 0, 0), new Span(0, 0, first, 7, 1)));
        Logits all = run(lengths(0, 0, 0, 0), new Span(1, 0, second, 9, 9));
        float[] secondMiddle = TinyDecoder.floats(all.row(4));
        float[] secondLast = TinyDecoder.floats(all.row(8));
        run(lengths(0, 0, 0, 0), new Span(0, 0, first, 6, 0), new Span(3, 0, first, 6, 0));
        Logits mixed = run(
                lengths(6, 0, 0, 6),
                new Span(3, 6, first, 1, 1),
                new Span(1, 0, second, 9, 5),
                new Span(2, 0, second, 9, 0),
                new Span(0, 6, first, 1, 1));
        assertThat(mixed.rows()).isEqualTo(7);
        assertThat(TinyDecoder.floats(mixed.row(0))).containsExactly(firstAlone, within(1e-4f));
        assertThat(TinyDecoder.floats(mixed.row(1))).containsExactly(secondMiddle, within(1e-4f));
        assertThat(TinyDecoder.floats(mixed.row(5))).containsExactly(secondLast, within(1e-4f));
        assertThat(TinyDecoder.floats(mixed.row(6))).containsExactly(firstAlone, within(1e-4f));
    }

    @Test
    void aCopiedPrefixContinuesLikeTheOriginal() {
        int[] sequence = tokens(12, 10);
        float[] expected = last(run(lengths(0, 0, 0, 0), new Span(0, 0, sequence, 12, 1)));
        runner.copy(0, 3, 8);
        assertThat(last(run(lengths(12, 0, 0, 8), new Span(3, 8, sequence, 4, 1))))
                .containsExactly(expected, within(1e-4f));
    }

    @Test
    void thousandsOfStepsLeaveNoHandlesBehind() {
        int[] sequence = tokens(CAPACITY, 11);
        for (int round = 0; round < 2; round++) {
            steps(sequence);
        }
        long before = runtime.liveHandles();
        for (int round = 0; round < 40; round++) {
            steps(sequence);
        }
        assertThat(runtime.liveHandles()).isEqualTo(before);
    }

    private void steps(int[] sequence) {
        run(lengths(0, 0, 0, 0), new Span(0, 0, sequence, 4, 1), new Span(1, 0, sequence, 4, 0));
        for (int step = 4; step < CAPACITY; step++) {
            run(lengths(step, step, 0, 0), new Span(0, step, sequence, 1, 1), new Span(1, step, sequence, 1, step % 2));
        }
    }

    @Test
    void closingReleasesEveryHandle() {
        run(lengths(0, 0, 0, 0), new Span(0, 0, tokens(4, 12), 4, 1));
        runner.close();
        device.close();
        assertThat(runtime.liveHandles()).isEqualTo(1);
    }

    @Test
    void refusesToRunOnceClosed() {
        runner.close();
        assertThatThrownBy(() -> run(lengths(0, 0, 0, 0), new Span(0, 0, tokens(4, 13), 4, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void refusesSpansBeyondItsCapacity() {
        int[] tooLong = tokens(CAPACITY + 1, 14);
        assertThatThrownBy(() -> run(lengths(0, 0, 0, 0), new Span(0, 0, tooLong, CAPACITY + 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("positions up to " + CAPACITY);
    }

    @Test
    void refusesRotaryTablesThatEndWithTheCapacity() {
        assertThatThrownBy(() -> DecoderRunner.open(
                        runtime,
                        TinyDecoder.graphWithRotaryRows(CAPACITY),
                        device,
                        SessionOptions.defaults(),
                        SLOTS,
                        CAPACITY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cos: expected a rotary table of more than 64 rows");
    }

    private Logits run(int[] lengths, Span... spans) {
        return runner.run(new Batch(List.of(spans), lengths));
    }

    private static float[] last(Logits logits) {
        return TinyDecoder.floats(logits.row(logits.rows() - 1));
    }

    private static int[] lengths(int... lengths) {
        return lengths;
    }

    private static int[] tokens(int count, int seed) {
        return new java.util.Random(seed).ints(count, 0, TinyDecoder.VOCABULARY).toArray();
    }
}
