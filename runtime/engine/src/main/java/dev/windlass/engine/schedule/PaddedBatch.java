package dev.windlass.engine.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the texts that are computed together. Each counts as long as the longest of them, so a batch is filled by what
 * fits its leader, from all requests in turn. Pure.
 */
public final class PaddedBatch {
    /** Below so many tokens it costs more to run twice than to compute padding. */
    private static final int SMALL = 256;

    private PaddedBatch() {}

    /** One text of a batch: which queue it is from, and its number there. */
    public record Pick(int queue, int text) {}

    /**
     * Takes texts from the queues, from the first one at least one.
     *
     * @param queues in the order of their turns, the first not empty
     * @param budget how many tokens a batch may have, padding included; no text is longer
     */
    public static List<Pick> take(List<TextQueue> queues, int budget) {
        List<Pick> picks = new ArrayList<>();
        int longest = 0;
        int tokens = 0;
        for (int i = 0; i < queues.size(); i++) {
            TextQueue queue = queues.get(i);
            while (!queue.isEmpty()) {
                int length = queue.length();
                int padded = Math.max(longest, length) * (picks.size() + 1);
                boolean wasteful = padded > SMALL && 3L * padded > 4L * (tokens + length);
                if (!picks.isEmpty() && (padded > budget || wasteful)) {
                    break;
                }
                longest = Math.max(longest, length);
                tokens += length;
                picks.add(new Pick(i, queue.take()));
            }
        }
        return picks;
    }
}
