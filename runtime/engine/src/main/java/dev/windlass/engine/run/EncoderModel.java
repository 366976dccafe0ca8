package dev.windlass.engine.run;

import java.util.List;

/**
 * Computes numbers for texts: the encoder engine's only view of a model, which says as little of devices as
 * {@link ModelRunner} does. Confined to the engine's thread; whoever opened it closes it.
 */
public interface EncoderModel extends AutoCloseable {
    /** The number of token ids the model knows. */
    int vocabularySize();

    /** The longest text, in tokens. */
    int capacity();

    /** How many numbers there are for a text. */
    int width();

    /** How many tokens one run has room for, where each text counts as long as the longest. At least {@link #capacity()}. */
    int maximumTokens();

    /**
     * Computes a batch.
     *
     * @param texts at least one, each of at least one token
     * @return for each text its numbers, in memory of the caller's own
     */
    float[][] run(List<EncoderText> texts);

    @Override
    void close();
}
