package dev.windlass.engine.schedule;

import dev.windlass.engine.run.Batch;
import dev.windlass.engine.run.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * What one step does.
 *
 * @param copies to be done first, in order
 * @param work what to compute, in the order of the batch's spans
 * @param lengths how many positions of each slot count, after the copies; valid until the next plan
 * @param started sequences that got a slot for this step
 * @param preempted sequences that lost theirs to others
 */
public record Plan<S extends Sequence>(
        List<SlotCopy> copies, List<Work<S>> work, int[] lengths, List<S> started, List<S> preempted) {
    public Plan {
        if (work.isEmpty() && !copies.isEmpty()) {
            throw new IllegalArgumentException("copies without work, which nobody would do: " + copies);
        }
    }

    /** One sequence's share of a step. */
    public record Work<S extends Sequence>(S sequence, Span span) {
        /** Whether the step leaves nothing of the sequence to compute, so that its last row of logits gives a token. */
        public boolean samples() {
            return span.start() + span.count() == sequence.length();
        }
    }

    /** Whether there is nothing to compute. */
    public boolean isEmpty() {
        return work.isEmpty();
    }

    /** What the model runner is asked for. */
    public Batch batch() {
        var spans = new ArrayList<Span>(work.size());
        for (var one : work) {
            spans.add(one.span());
        }
        return new Batch(spans, lengths);
    }
}
