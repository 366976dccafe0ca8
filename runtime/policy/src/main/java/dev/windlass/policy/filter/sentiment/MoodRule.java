package dev.windlass.policy.filter.sentiment;

import dev.windlass.policy.filter.match.Scan;
import dev.windlass.policy.filter.match.Sentences;
import dev.windlass.policy.filter.match.Span;
import dev.windlass.policy.filter.match.Tail;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for sentences that score below a threshold. What matches is a sentence from its first word on that weighs less than nothing:
 * what is before it is harmless by itself, and need not wait for the sentence's end.
 *
 * @param threshold below 0
 */
public record MoodRule(String placeholder, double threshold, Vader vader) {
    /** @param reach the longest sentence, in characters; longer ones are cut */
    public Scan scan(int reach) {
        return new MoodScan(reach);
    }

    /** The lowest score of any sentence of a whole text, 0 where none feels bad. */
    public double worst(String text, int reach) {
        var tail = new Tail();
        tail.append(text);
        double[] worst = {0};
        new Sentences(reach)
                .advance(tail, true, (_, _, sentence) -> worst[0] = Math.min(worst[0], vader.compound(sentence)));
        return worst[0];
    }

    private final class MoodScan implements Scan, Sentences.Receiver {
        private final Sentences sentences;
        private final List<String> words = new ArrayList<>();
        private List<Span> found = List.of();
        private int charged = -1;

        MoodScan(int reach) {
            this.sentences = new Sentences(reach);
        }

        @Override
        public int advance(Tail text, boolean isLast, List<Span> matches) {
            found = matches;
            sentences.advance(text, isLast, this);
            return charged >= 0 ? charged : sentences.openWord(text);
        }

        @Override
        public void word(int start, String token) {
            if (charged >= 0) {
                return;
            }
            for (String word : vader.words(token).lower()) {
                if (vader.isCharged(words, word)) {
                    charged = start;
                    return;
                }
                words.add(word);
                if (words.size() > 3) {
                    words.removeFirst();
                }
            }
        }

        @Override
        public void sentence(int start, int end, String text) {
            if (charged >= 0 && charged < end && vader.compound(text) < threshold) {
                found.add(new Span(charged, end, placeholder));
            }
            charged = -1;
            words.clear();
        }
    }
}
