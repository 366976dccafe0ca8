package dev.windlass.engine.run;

/**
 * Computes a decoder model over key-value slots: the engine's only view of a model. It says nothing of where tensors
 * live, in which precision the graph computes or which device runs it, so a CPU, a GPU and a test's fake look alike.
 *
 * <p>A slot holds the keys and values of one sequence, for positions 0 to {@link #capacity()} - 1. Confined to the
 * engine's thread; whoever opened the runner closes it.
 */
public interface ModelRunner extends AutoCloseable {

    /** The number of token ids the model scores, and so the length of a row of logits. */
    int vocabularySize();

    /** How many sequences fit at once. */
    int slots();

    /** How many positions a slot holds: the longest context of one sequence. */
    int capacity();

    /**
     * Computes every span of the batch, appending its keys and values to its slot.
     *
     * @return the logits of the positions the spans asked for, in the order of the spans; valid until the next call
     */
    Logits run(Batch batch);

    /** Copies the keys and values of positions 0 to {@code length} - 1 from one slot to another. */
    void copy(int sourceSlot, int targetSlot, int length);

    @Override
    void close();
}
