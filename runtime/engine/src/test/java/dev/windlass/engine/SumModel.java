package dev.windlass.engine;

import dev.windlass.engine.run.EncoderModel;
import dev.windlass.engine.run.EncoderText;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An encoder whose numbers for a text are its length and the sum of its tokens. */
final class SumModel implements EncoderModel {
    /** How many texts each batch had. */
    final List<Integer> batches = new CopyOnWriteArrayList<>();

    volatile Runnable beforeRun = () -> {};
    volatile boolean closed;

    @Override
    public int vocabularySize() {
        return 100;
    }

    @Override
    public int capacity() {
        return 16;
    }

    @Override
    public int width() {
        return 2;
    }

    @Override
    public int maximumTokens() {
        return 64;
    }

    @Override
    public float[][] run(List<EncoderText> texts) {
        beforeRun.run();
        batches.add(texts.size());
        float[][] rows = new float[texts.size()][];
        for (int i = 0; i < rows.length; i++) {
            float sum = 0;
            for (int token : texts.get(i).tokens()) {
                sum += token;
            }
            rows[i] = new float[] {texts.get(i).length(), sum};
        }
        return rows;
    }

    @Override
    public void close() {
        closed = true;
    }
}
