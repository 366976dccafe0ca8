package dev.windlass.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static final int FREE = 0;
    private static final int URGENT = -1;

    private long arrivals;

    private final class Named extends Sequence {
        final String name;

        Named(String name, int priority, boolean scored, int... prompt) {
            super(prompt, priority, arrivals++, scored);
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static SchedulingLimits limits(int sequences, int budget, int chunk) {
        return new SchedulingLimits(sequences, budget, chunk, 4, true, 0);
    }

    private Named sequence(String name, int length, int first) {
        return new Named(name, FREE, false, prompt(length, first));
    }

    private static int[] prompt(int length, int first) {
        return IntStream.range(0, length).map(i -> first + i).toArray();
    }

    /** A step of a model that always says the same. */
    private static List<String> step(Scheduler<Named> scheduler) {
        var plan = scheduler.plan();
        var work = describe(plan);
        var sampling = plan.work().stream().filter(Plan.Work::samples).toList();
        scheduler.completed(plan);
        sampling.forEach(one -> one.sequence().append(1));
        return work;
    }

    private static List<String> describe(Plan<Named> plan) {
        return plan.work().stream()
                .map(work -> work.sequence().name + " " + work.span().start() + "+"
                        + work.span().count())
                .toList();
    }

    @Test
    void decodesFirstAndSpendsTheRestOfTheBudgetOnPrompts() {
        var scheduler = new Scheduler<Named>(limits(4, 10, 8), 4);
        scheduler.add(sequence("a", 3, 0));
        assertThat(step(scheduler)).containsExactly("a 0+3");
        scheduler.add(sequence("b", 20, 100));
        assertThat(step(scheduler)).containsExactly("a 3+1", "b 0+8");
        assertThat(step(scheduler)).containsExactly("a 4+1", "b 8+8");
        assertThat(step(scheduler)).containsExactly("a 5+1", "b 16+4");
        assertThat(step(scheduler)).containsExactly("a 6+1", "b 20+1");
    }

    @Test
    void sharesAStepAmongPromptsInTheirOrder() {
        var scheduler = new Scheduler<Named>(limits(4, 16, 8), 4);
        scheduler.add(sequence("a", 12, 0));
        scheduler.add(sequence("b", 12, 100));
        scheduler.add(sequence("c", 12, 200));
        assertThat(step(scheduler)).containsExactly("a 0+8", "b 0+8");
        assertThat(step(scheduler)).containsExactly("a 8+4", "b 8+4", "c 0+8");
    }

    @Test
    void leavesASequenceWaitingForWhomTheBudgetHasNothing() {
        var scheduler = new Scheduler<Named>(limits(4, 8, 8), 4);
        scheduler.add(sequence("a", 16, 0));
        scheduler.add(sequence("b", 16, 100));
        step(scheduler);
        assertThat(scheduler.running()).extracting(one -> one.name).containsExactly("a");
        assertThat(scheduler.waiting()).isEqualTo(1);
    }

    @Test
    void letsAnUrgentPromptGoBeforeThoseUnderWay() {
        var scheduler = new Scheduler<Named>(limits(4, 8, 8), 4);
        scheduler.add(sequence("a", 30, 0));
        step(scheduler);
        scheduler.add(new Named("b", URGENT, false, prompt(10, 100)));
        assertThat(step(scheduler)).containsExactly("b 0+8");
        assertThat(step(scheduler)).containsExactly("b 8+2", "a 8+6");
    }

    @Test
    void preemptsTheYoungestOfTheLeastUrgent() {
        var scheduler = new Scheduler<Named>(limits(2, 20, 20), 2);
        scheduler.add(sequence("a", 3, 0));
        scheduler.add(sequence("b", 3, 100));
        step(scheduler);
        scheduler.add(new Named("c", URGENT, false, prompt(3, 200)));
        var plan = scheduler.plan();
        assertThat(plan.preempted()).extracting(one -> one.name).containsExactly("b");
        assertThat(describe(plan)).containsExactly("a 3+1", "c 0+3");
    }

    @Test
    void doesNotPreemptAmongEquals() {
        var scheduler = new Scheduler<Named>(limits(1, 20, 20), 1);
        scheduler.add(sequence("a", 3, 0));
        step(scheduler);
        scheduler.add(sequence("b", 3, 100));
        assertThat(step(scheduler)).containsExactly("a 3+1");
    }

    @Test
    void recomputesAPreemptedSequenceWithWhatItGenerated() {
        var scheduler = new Scheduler<Named>(new SchedulingLimits(1, 20, 20, 4, false, 0), 1);
        var sequence = sequence("a", 3, 0);
        scheduler.add(sequence);
        step(scheduler);
        step(scheduler);
        scheduler.preempt(sequence);
        assertThat(sequence.computed()).isZero();
        assertThat(step(scheduler)).containsExactly("a 0+5");
        assertThat(step(scheduler)).containsExactly("a 5+1");
    }

    @Test
    void skipsPausedSequencesWhetherTheyRunOrWait() {
        var scheduler = new Scheduler<Named>(limits(2, 20, 20), 2);
        var running = sequence("a", 3, 0);
        scheduler.add(running);
        step(scheduler);
        running.pause(true);
        var waiting = sequence("b", 3, 100);
        waiting.pause(true);
        scheduler.add(waiting);
        assertThat(scheduler.plan().isEmpty()).isTrue();
        running.pause(false);
        assertThat(step(scheduler)).containsExactly("a 3+1");
    }

    @Test
    void waitsForAPrefixThatAnotherIsAboutToCompute() {
        var scheduler = new Scheduler<Named>(limits(4, 32, 8), 4);
        scheduler.add(sequence("a", 20, 0));
        scheduler.add(sequence("b", 20, 0));
        assertThat(step(scheduler)).containsExactly("a 0+8");
        assertThat(step(scheduler)).containsExactly("a 8+8");
        assertThat(step(scheduler)).containsExactly("a 16+4");
        assertThat(step(scheduler)).containsExactly("a 20+1", "b 19+1");
    }

    @Test
    void letsOthersPassWhoWaitsForAPrefix() {
        var scheduler = new Scheduler<Named>(limits(2, 32, 8), 2);
        scheduler.add(sequence("a", 20, 0));
        scheduler.add(sequence("b", 20, 0));
        scheduler.add(sequence("c", 20, 100));
        assertThat(step(scheduler)).containsExactly("a 0+8", "c 0+8");
    }

    @Test
    void asksForEveryRowOfAPromptThatIsScoredInSmallChunks() {
        var scheduler = new Scheduler<Named>(limits(2, 20, 20), 2);
        scheduler.add(new Named("a", FREE, true, prompt(6, 0)));
        var plan = scheduler.plan();
        assertThat(plan.work()).extracting(work -> work.span().logits()).containsExactly(4);
        scheduler.completed(plan);
        plan = scheduler.plan();
        assertThat(plan.work()).extracting(work -> work.span().logits()).containsExactly(2);
        assertThat(plan.work().getFirst().samples()).isTrue();
    }

    @Test
    void doesNotTakeAPrefixForAPromptThatIsScored() {
        var scheduler = new Scheduler<Named>(limits(2, 40, 20), 2);
        scheduler.add(sequence("a", 10, 0));
        step(scheduler);
        scheduler.add(new Named("b", FREE, true, prompt(10, 0)));
        assertThat(step(scheduler)).containsExactly("a 10+1", "b 0+4");
    }

    @Test
    void preemptsForTheSakeOfItAtItsInterval() {
        var scheduler = new Scheduler<Named>(new SchedulingLimits(2, 20, 20, 4, false, 3), 2);
        scheduler.add(sequence("a", 3, 0));
        var starts = new ArrayList<List<String>>();
        for (int i = 0; i < 4; i++) {
            starts.add(step(scheduler));
        }
        assertThat(starts).containsExactly(List.of("a 0+3"), List.of("a 3+1"), List.of("a 0+5"), List.of("a 5+1"));
    }

    @Test
    void forgetsWhatAFailedStepTouched() {
        var scheduler = new Scheduler<Named>(limits(2, 40, 20), 2);
        scheduler.add(sequence("a", 10, 0));
        step(scheduler);
        assertThat(scheduler.failed(scheduler.plan()))
                .extracting(one -> one.name)
                .containsExactly("a");
        assertThat(scheduler.running()).isEmpty();
        scheduler.add(sequence("b", 10, 0));
        assertThat(step(scheduler)).containsExactly("b 0+10");
    }

    @Test
    void keepsABudgetForPrompts() {
        assertThatThrownBy(() -> limits(8, 8, 8))
                .hasMessage("token budget: expected more than the maximum of sequences (8), got 8");
        assertThatThrownBy(() -> new Scheduler<Named>(limits(8, 9, 8), 7))
                .hasMessage("slots: expected at least as many as sequences (8), got 7");
    }
}
