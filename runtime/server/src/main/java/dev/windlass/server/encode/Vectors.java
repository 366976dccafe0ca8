package dev.windlass.server.encode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/** What is done to an encoder's numbers before a client sees them. Pure. */
final class Vectors {
    private Vectors() {}

    /** The first numbers of a vector, with length 1 if so asked; a vector of zeros stays one. */
    static float[] embedding(float[] vector, int dimensions, boolean normalized) {
        float[] taken = Arrays.copyOf(vector, dimensions);
        double squares = 0;
        for (float value : taken) {
            squares += (double) value * value;
        }
        if (normalized && squares > 0) {
            double length = Math.sqrt(squares);
            for (int i = 0; i < taken.length; i++) {
                taken[i] = (float) (taken[i] / length);
            }
        }
        return taken;
    }

    /** A vector as OpenAI packs it: little-endian float32. */
    static String base64(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    static float sigmoid(float logit) {
        return (float) (1 / (1 + Math.exp(-logit)));
    }

    /** Probabilities of which one holds. */
    static float[] softmax(float[] logits) {
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((double) logit - largest);
        }
        float[] shares = new float[logits.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (float) (Math.exp((double) logits[i] - largest) / sum);
        }
        return shares;
    }

    /** Probabilities that hold each by itself. */
    static float[] sigmoids(float[] logits) {
        float[] probabilities = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = sigmoid(logits[i]);
        }
        return probabilities;
    }
}
