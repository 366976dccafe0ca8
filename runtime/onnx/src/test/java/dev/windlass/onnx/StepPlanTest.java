package dev.windlass.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepPlanTest {
    @Test
    void decodesNeighboursInOneRun() {
        StepPlan plan = plan(decoding(2), decoding(0), decoding(1));
        assertThat(plan.runs()).singleElement().satisfies(run -> {
            assertThat(run.firstSlot()).isZero();
            assertThat(run.slots()).isEqualTo(3);
            assertThat(run.isContiguous()).isTrue();
        });
    }

    @Test
    void bridgesOneIdleSlotButNotTwo() {
        StepPlan plan = plan(decoding(0), decoding(2), decoding(5));
        assertThat(plan.runs()).extracting(StepPlan.Run::firstSlot).containsExactly(0, 5);
        assertThat(plan.runs()).extracting(StepPlan.Run::slots).containsExactly(3, 1);
    }

    @Test
    void startsALoneSequenceAtItsSlot() {
        assertThat(plan(decoding(7)).runs()).singleElement().satisfies(run -> {
            assertThat(run.firstSlot()).isEqualTo(7);
            assertThat(run.slots()).isEqualTo(1);
        });
    }

    @Test
    void runsEveryChunkOfAPromptAlone() {
        int[] tokens = new int[16];
        StepPlan plan = plan(
                new Span(0, 0, tokens, 4, 0), new Span(1, 4, tokens, 4, 2), new Span(2, 0, tokens, 1, 1), decoding(3));
        assertThat(plan.runs())
                .hasSize(4)
                .allSatisfy(run -> assertThat(run.slots()).isEqualTo(1));
        assertThat(plan.rows()).isEqualTo(4);
    }

    @Test
    void seesThatRowsOfAnotherRunComeBetween() {
        int[] tokens = new int[16];
        StepPlan plan = plan(decoding(0), new Span(2, 0, tokens, 4, 1), decoding(1));
        assertThat(plan.runs()).extracting(StepPlan.Run::isContiguous).containsExactly(false, true);
    }

    @Test
    void decodesBeforeItComputesTheChunkOfASlotBetween() {
        // The slot between idles in the rectangle, and what idles writes where the chunk begins.
        StepPlan plan = plan(new Span(1, 4, new int[16], 8, 1), decoding(0), decoding(2));
        assertThat(plan.runs()).extracting(StepPlan.Run::slots).containsExactly(3, 1);
        assertThat(plan.runs()).extracting(StepPlan.Run::tokens).containsExactly(1, 8);
    }

    private static Span decoding(int slot) {
        return new Span(slot, 4, new int[8], 1, 1);
    }

    private static StepPlan plan(Span... spans) {
        return StepPlan.of(new Batch(List.of(spans), new int[8]));
    }
}
