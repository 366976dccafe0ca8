package dev.windlass.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogprobScorerTest {
    @Test
    void agreesWithTheLogarithmOfTheSoftmax() {
        var random = new Random(1);
        for (int size : new int[] {3, 1_000, 50_000}) {
            var logits = new float[size];
            double sum = 0;
            for (int i = 0; i < size; i++) {
                logits[i] = (float) random.nextGaussian() * 4;
                sum += Math.exp(logits[i]);
            }
            var scorer = new LogprobScorer(size);
            int token = random.nextInt(size);
            scorer.score(MemorySegment.ofArray(logits), token, 0);
            assertThat((double) scorer.logprob()).isCloseTo(logits[token] - Math.log(sum), within(1e-4));
        }
    }

    @Test
    void ranksAndListsTheMostProbable() {
        var scorer = new LogprobScorer(5);
        scorer.score(MemorySegment.ofArray(new float[] {1, 4, 2, 4, 3}), 2, 3);
        assertThat(scorer.rank()).isEqualTo(4);
        assertThat(scorer.topCount()).isEqualTo(3);
        assertThat(new int[] {scorer.topToken(0), scorer.topToken(1), scorer.topToken(2)})
                .containsExactly(1, 3, 4);
        assertThat(scorer.topLogprob(0)).isEqualTo(scorer.topLogprob(1)).isGreaterThan(scorer.topLogprob(2));
    }

    @Test
    void listsTheMostProbableOfALargeVocabulary() {
        var random = new Random(2);
        var logits = new float[30_000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        logits[29_999] = 50;
        logits[17] = 40;
        logits[20_000] = 45;
        var scorer = new LogprobScorer(logits.length);
        scorer.score(MemorySegment.ofArray(logits), 17, 20);
        assertThat(new int[] {scorer.topToken(0), scorer.topToken(1), scorer.topToken(2)})
                .containsExactly(29_999, 20_000, 17);
        assertThat(scorer.rank()).isEqualTo(3);
        for (int i = 1; i < 20; i++) {
            assertThat(scorer.topLogprob(i)).isLessThanOrEqualTo(scorer.topLogprob(i - 1));
        }
    }

    @Test
    void keepsARowThatIsAboutToChange() {
        var scorer = new LogprobScorer(2);
        var row = MemorySegment.ofArray(new float[] {1, 2});
        var kept = scorer.keep(row);
        row.fill((byte) 0);
        scorer.score(kept, 1, 0);
        assertThat((double) scorer.logprob()).isCloseTo(-Math.log1p(Math.exp(-1)), within(1e-5));
    }
}
