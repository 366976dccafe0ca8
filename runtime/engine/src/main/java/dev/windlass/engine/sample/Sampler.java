package dev.windlass.engine.sample;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Draws tokens from rows of logits. The only memory over the vocabulary is its own and is reused, so a token leaves no
 * garbage behind. Confined to one thread.
 */
public final class Sampler {
    /** Below this a temperature means the most probable token, as vLLM has it. */
    private static final float SMALLEST_TEMPERATURE = 1e-5f;

    private final int size;
    private final LogitRow logits = new LogitRow();
    private final int[] weights;
    private final Candidates candidates;

    /** @param size how many leading logits of a row are tokens; a model may score more than its tokenizer knows */
    public Sampler(int size) {
        this.size = size;
        this.weights = new int[size];
        this.candidates = new Candidates(weights);
    }

    /**
     * Draws the next token of a sequence.
     *
     * @param row changed in place
     * @param allowed a grammar's mask, or null
     * @throws ArithmeticException when the row has no finite logit to choose
     */
    public int sample(MemorySegment row, SamplingState state, long @Nullable [] allowed) {
        state.adjust(row, size, allowed);
        int best = logits.argmax(row, size);
        var parameters = state.parameters();
        if (parameters.temperature() < SMALLEST_TEMPERATURE || parameters.topK() == 1) {
            return best;
        }
        float largest = row.getAtIndex(ValueLayout.JAVA_FLOAT, best);
        long total = logits.weigh(row, size, largest, parameters.temperature(), weights);
        if (parameters.topK() == 0 && parameters.topP() == 1 && parameters.minP() == 0) {
            return logits.find(weights, size, (long) (state.draw() * total));
        }
        candidates.select(size, total, parameters);
        return candidates.find((long) (state.draw() * candidates.sum()));
    }
}
