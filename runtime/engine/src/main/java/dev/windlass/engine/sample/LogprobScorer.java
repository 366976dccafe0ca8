package dev.windlass.engine.sample;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Log-probabilities of a row of logits as the model gave it, before any penalty or temperature. Holds the result of the
 * last call. Confined to one thread.
 */
public final class LogprobScorer {
    private final int size;
    private final LogitRow logits = new LogitRow();
    private final int[] weights;
    private final MemorySegment kept;
    private int[] topTokens = {};
    private int[] topKeys = {};
    private float[] topLogprobs = {};
    private int topCount;
    private float logprob;
    private int rank;

    /** @param size how many leading logits of a row are tokens */
    public LogprobScorer(int size) {
        this.size = size;
        this.weights = new int[size];
        this.kept = MemorySegment.ofArray(new float[size]);
    }

    /** Copies a row that is about to be changed; the copy is valid until the next call. */
    public MemorySegment keep(MemorySegment row) {
        MemorySegment.copy(row, 0, kept, 0, kept.byteSize());
        return kept;
    }

    /**
     * Scores a row.
     *
     * @param token whose log-probability and rank are wanted
     * @param top how many of the most probable tokens are wanted
     */
    public void score(MemorySegment row, int token, int top) {
        int best = logits.argmax(row, size);
        float largest = row.getAtIndex(ValueLayout.JAVA_FLOAT, best);
        long total = logits.weigh(row, size, largest, 1, weights);
        double normaliser = largest + Math.log(total / (double) LogitRow.ONE);
        float logit = row.getAtIndex(ValueLayout.JAVA_FLOAT, token);
        logprob = (float) (logit - normaliser);
        rank = 1 + logits.countAbove(row, size, logit);
        if (topTokens.length != top) {
            topTokens = new int[top];
            topKeys = new int[top];
            topLogprobs = new float[top];
        }
        topCount = top == 0 ? 0 : logits.top(row, size, topTokens, topKeys);
        for (int i = 0; i < topCount; i++) {
            topLogprobs[i] = (float) (row.getAtIndex(ValueLayout.JAVA_FLOAT, topTokens[i]) - normaliser);
        }
    }

    public float logprob() {
        return logprob;
    }

    /** 1 for the most probable token. */
    public int rank() {
        return rank;
    }

    public int topCount() {
        return topCount;
    }

    public int topToken(int index) {
        return topTokens[index];
    }

    public float topLogprob(int index) {
        return topLogprobs[index];
    }
}
