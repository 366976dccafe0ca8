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
    }
}
