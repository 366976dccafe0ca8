package dev.windlass.engine.run;

import java.util.List;
import java.util.Objects;

/**
 * What one step computes.
 *
 * @param spans at most one a slot
 * @param lengths for every slot of the runner how many positions hold keys and values worth keeping before this step,
 *     so that a runner which computes a rectangle of rows knows where it may write for the rows that idle
 */
public record Batch(List<Span> spans, int[] lengths) {
    public Batch {
        spans = List.copyOf(spans);
        Objects.requireNonNull(lengths, "lengths");
        if (spans.isEmpty()) {
            throw new IllegalArgumentException("a batch needs at least one span");
        }
        requireSlotsApart(spans);
    }

    /** Two spans of one slot would write over each other's keys and values, and nothing further down would notice. */
    private static void requireSlotsApart(List<Span> spans) {
        for (int i = 1; i < spans.size(); i++) {
            int slot = spans.get(i).slot();
            for (int j = 0; j < i; j++) {
                if (spans.get(j).slot() == slot) {
                    throw new IllegalArgumentException(
                            "spans: expected at most one a slot, found spans %d and %d of slot %d"
                                    .formatted(j, i, slot));
                }
            }
        }
    }
}
