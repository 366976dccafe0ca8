package dev.windlass.engine.sample;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What sampling remembers of one sequence: its random numbers, one a token, so that a seed gives the same draws whatever
 * else is in the batch, and the tokens that penalties look at.
 */
public final class SamplingState {
    private final SamplingParameters parameters;
    private final SplittableRandom random;
    private final @Nullable TokenCounts counts;
    private final int[] biased;
    private final float[] bias;
    private final int[] ends;
    private final int minimumTokens;
    private int generated;

    /**
     * @param prompt what the repetition penalty looks at besides the output
     * @param ends the tokens that would end the output, and may not before {@code minimumTokens} were generated
     */
    public SamplingState(SamplingParameters parameters, int[] prompt, Set<Integer> ends, int minimumTokens) {
        this.parameters = parameters;
        this.random = parameters.seed().isPresent()
                ? new SplittableRandom(parameters.seed().getAsLong())
                : new SplittableRandom();
        this.minimumTokens = minimumTokens;
        this.ends = ends.stream().mapToInt(Integer::intValue).toArray();
        this.biased = new int[parameters.logitBias().size()];
        this.bias = new float[biased.length];
        int i = 0;
        for (Map.Entry<Integer, Float> entry : parameters.logitBias().entrySet()) {
            biased[i] = entry.getKey();
            bias[i++] = entry.getValue();
        }
        boolean repetition = parameters.repetitionPenalty() != 1;
        boolean penalties = repetition || parameters.frequencyPenalty() != 0 || parameters.presencePenalty() != 0;
        this.counts = penalties ? new TokenCounts() : null;
        if (counts != null && repetition) {
            for (int token : prompt) {
                counts.add(token, 0);
            }
        }
    }

    /** Takes note of a generated token. */
    public void accept(int token) {
        generated++;
        if (counts != null) {
            counts.add(token, 1);
        }
    }

    SamplingParameters parameters() {
        return parameters;
    }

    /** Uniform in [0, 1). */
    double draw() {
        return random.nextDouble();
    }

    /** Applies mask, minimum, bias and penalties to a row in place, in vLLM's order. */
    void adjust(MemorySegment row, int size, long @Nullable [] allowed) {
        if (allowed != null) {
            TokenMask.apply(row, size, allowed);
        }
        if (generated < minimumTokens && (allowed == null || TokenMask.allowsOtherThan(allowed, size, ends))) {
            for (int token : ends) {
                if (token < size) {
                    row.setAtIndex(ValueLayout.JAVA_FLOAT, token, Float.NEGATIVE_INFINITY);
                }
            }
        }
        for (int i = 0; i < biased.length; i++) {
            if (biased[i] >= 0 && biased[i] < size) {
                float logit = row.getAtIndex(ValueLayout.JAVA_FLOAT, biased[i]);
                row.setAtIndex(ValueLayout.JAVA_FLOAT, biased[i], logit + bias[i]);
            }
        }
        if (counts != null) {
            penalise(counts, row, size);
        }
    }

    private void penalise(TokenCounts counts, MemorySegment row, int size) {
        float repetition = parameters.repetitionPenalty();
        for (int place = 0; place < counts.places(); place++) {
            int token = counts.tokenAt(place);
            if (token < 0 || token >= size) {
                continue;
            }
            float logit = row.getAtIndex(ValueLayout.JAVA_FLOAT, token);
            logit = logit > 0 ? logit / repetition : logit * repetition;
            int count = counts.countAt(place);
            if (count > 0) {
                logit -= count * parameters.frequencyPenalty() + parameters.presencePenalty();
            }
            row.setAtIndex(ValueLayout.JAVA_FLOAT, token, logit);
        }
    }
}
