package dev.windlass.engine.sample;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The loops over one row of logits that cost something with 150 000 tokens. They work in chunks that fit the first-level
 * cache and are written so that the JIT compiler vectorises them; a row is compared as integers, since integer maxima
 * vectorise and float maxima (NaN, -0.0) hardly do.
 */
final class LogitRow {
    /** The weight of the most probable token, and so the resolution of a weight. */
    static final int ONE = 1 << 30;

    private static final int CHUNK = 2048;

    /** The smallest power asked of {@link #weigh}, divided by 32: e to the 32 times this is below half a unit of weight. */
    private static final float SMALLEST = -0.6932f;

    private static final int NEGATIVE_INFINITY = key(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
    private static final int POSITIVE_INFINITY = key(Float.floatToRawIntBits(Float.POSITIVE_INFINITY));

    private final int[] bits = new int[CHUNK];
    private final float[] values = new float[CHUNK];

    /** Maps the bits of floats to integers of the same order. */
    private static int key(int bits) {
        return bits ^ ((bits >> 31) & 0x7fffffff);
    }

    /**
     * The largest logit's index, the lowest of equals.
     *
     * @throws ArithmeticException when no logit is a number that could be chosen
     */
    int argmax(MemorySegment row, int size) {
        int best = Integer.MIN_VALUE;
        int index = -1;
        for (int from = 0; from < size; from += CHUNK) {
            int count = Math.min(CHUNK, size - from);
            MemorySegment.copy(row, ValueLayout.JAVA_INT, (long) Integer.BYTES * from, bits, 0, count);
            int largest = largestKey(bits, count);
            if (largest > best) {
                best = largest;
                index = from + indexOf(bits, key(largest));
            }
        }
        if (best <= NEGATIVE_INFINITY || best > POSITIVE_INFINITY) {
            throw new ArithmeticException(
                    "logits: expected at least one finite number in a row of %d, found none or NaN".formatted(size));
        }
        return index;
    }

    private static int largestKey(int[] bits, int count) {
        int largest = Integer.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            int value = bits[i];
            largest = Math.max(largest, value ^ ((value >> 31) & 0x7fffffff));
        }
        return largest;
    }

    private static int indexOf(int[] bits, int value) {
        int i = 0;
        while (bits[i] != value) {
            i++;
        }
        return i;
    }

    /**
     * Turns logits into weights proportional to their probabilities at a temperature: {@link #ONE} for the largest.
     * Integers, so that sums do not depend on the order of additions; relative to the largest they are exact to about
     * 1e-9, each to about 1e-5 of itself.
     *
     * @return the sum of the weights
     */
    long weigh(MemorySegment row, int size, float largest, float temperature, int[] weights) {
        float scale = 1 / (32 * temperature);
        long total = 0;
        for (int from = 0; from < size; from += CHUNK) {
            int count = Math.min(CHUNK, size - from);
            MemorySegment.copy(row, ValueLayout.JAVA_FLOAT, (long) Float.BYTES * from, values, 0, count);
            weigh(values, count, largest, scale, weights, from);
            total += sum(weights, from, from + count);
        }
        return total;
    }

    /** The exponential as the 32nd power of a polynomial: plain multiplications, which every compiler vectorises. */
    private static void weigh(float[] values, int count, float largest, float scale, int[] weights, int from) {
        for (int i = 0; i < count; i++) {
            float z = Math.max((values[i] - largest) * scale, SMALLEST);
            float q = 0.00103672f;
            q = q * z + 0.00807351f;
            q = q * z + 0.04157585f;
            q = q * z + 0.16665216f;
            q = q * z + 0.49999915f;
            q = q * z + 0.99999999f;
            float power = 1 + z * q;
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            power *= power;
            weights[from + i] = (int) (power * ONE + 0.5f);
        }
    }

    /** The first index at which the running sum of weights exceeds {@code target}. */
    int find(int[] weights, int size, long target) {
        long sum = 0;
        int from = 0;
        for (; from < size; from += CHUNK) {
            long chunk = sum(weights, from, Math.min(size, from + CHUNK));
            if (sum + chunk > target) {
                break;
            }
            sum += chunk;
        }
        int index = from;
        while ((sum += weights[index]) <= target) {
            index++;
        }
        return index;
    }

    static long sum(int[] weights, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += weights[i];
        }
        return sum;
    }

    /** How many logits are larger than {@code value}. */
    int countAbove(MemorySegment row, int size, float value) {
        int limit = key(Float.floatToRawIntBits(value));
        int above = 0;
        for (int from = 0; from < size; from += CHUNK) {
            int count = Math.min(CHUNK, size - from);
            MemorySegment.copy(row, ValueLayout.JAVA_INT, (long) Integer.BYTES * from, bits, 0, count);
            for (int i = 0; i < count; i++) {
                above += key(bits[i]) > limit ? 1 : 0;
            }
        }
        return above;
    }

    /**
     * Finds the largest logits, in descending order, the lower index first among equals.
     *
     * @param indexes filled from 0; its length says how many are wanted at most
     * @return how many were found
     */
    int top(MemorySegment row, int size, int[] indexes, int[] keys) {
        int found = 0;
        for (int from = 0; from < size; from += CHUNK) {
            int count = Math.min(CHUNK, size - from);
            MemorySegment.copy(row, ValueLayout.JAVA_INT, (long) Integer.BYTES * from, bits, 0, count);
            if (found == indexes.length && largestKey(bits, count) <= keys[found - 1]) {
                continue;
            }
            for (int i = 0; i < count; i++) {
                int key = key(bits[i]);
                if (found < indexes.length || key > keys[found - 1]) {
                    found = insert(indexes, keys, found, from + i, key);
                }
            }
        }
        return found;
    }

    private static int insert(int[] indexes, int[] keys, int found, int index, int key) {
        int at = found < indexes.length ? found : found - 1;
        while (at > 0 && keys[at - 1] < key) {
            indexes[at] = indexes[at - 1];
            keys[at] = keys[at - 1];
            at--;
        }
        indexes[at] = index;
        keys[at] = key;
        return Math.min(found + 1, indexes.length);
    }
}
