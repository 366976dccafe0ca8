package dev.windlass.engine.schedule;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The texts of one request that are not computed yet, the longest first, so that neighbours need little padding. */
public final class TextQueue {
    private final int[] lengths;
    private final int[] order;
    private int next;

    /** @param lengths of the texts, by their number */
    public TextQueue(int[] lengths) {
        this.lengths = lengths.clone();
        this.order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(text -> -lengths[text]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    public boolean isEmpty() {
        return next == order.length;
    }

    /** Whether none was taken yet. */
    public boolean isWhole() {
        return next == 0;
    }

    /** How many tokens the next text has. */
    int length() {
        return lengths[order[next]];
    }

    /** Takes the next text and gives its number. */
    int take() {
        return order[next++];
    }
}
