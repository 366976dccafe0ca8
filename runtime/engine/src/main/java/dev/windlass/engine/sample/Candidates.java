package dev.windlass.engine.sample;

import java.util.Arrays;

/**
 * The tokens that top-k, top-p and min-p leave, found without sorting the vocabulary: those above a threshold are
 * collected, once it fell far enough for enough of them. Buffers are reused.
 */
final class Candidates {
    /** How far the threshold falls at a time, in bits of weight. */
    private static final int STEP = 4;

    private final int[] weights;

    /** Weight in the upper half, complement of the token below: descending is by weight, then by ascending token. */
    private long[] entries = new long[1024];

    private int count;
    private long sum;

    /** @param weights what {@link LogitRow#weigh} fills */
    Candidates(int[] weights) {
        this.weights = weights;
    }

    /** Selects by min-p, then top-k, then top-p over what these left, as vLLM orders them. */
    void select(int size, long total, SamplingParameters parameters) {
        int floor = Math.max(1, (int) Math.ceil(parameters.minP() * (double) LogitRow.ONE));
        int wanted = parameters.topK() == 0 ? size : Math.min(size, parameters.topK());
        long mass = parameters.minP() > 0 && parameters.topK() == 0 ? massAbove(size, floor) : total;
        collect(size, threshold(size, floor, wanted, parameters, mass));
        if (count > wanted) {
            keepLargest(wanted);
        }
        if (parameters.topP() < 1) {
            cut(parameters.topP() * (double) (parameters.topK() == 0 ? mass : sum));
        }
    }

    /** A weight that few reach, but enough for top-k, or for top-p where that alone is asked. */
    private int threshold(int size, int floor, int wanted, SamplingParameters parameters, long mass) {
        if (parameters.topK() == 0 && parameters.topP() == 1) {
            return floor;
        }
        for (int shift = STEP; shift < 31; shift += STEP) {
            int threshold = LogitRow.ONE >> shift;
            if (threshold <= floor) {
                return floor;
            }
            boolean enough = parameters.topK() > 0
                    ? countAbove(size, threshold) >= wanted
                    : massAbove(size, threshold) >= parameters.topP() * (double) mass;
            if (enough) {
                return threshold;
            }
        }
        return floor;
    }

    /** The sum of the weights of what is left. */
    long sum() {
        return sum;
    }

    /** The token at which the running sum of weights exceeds {@code target}. */
    int find(long target) {
        long running = 0;
        int i = 0;
        while ((running += weight(entries[i])) <= target) {
            i++;
        }
        return token(entries[i]);
    }

    private static int weight(long entry) {
        return (int) (entry >>> 32);
    }

    private static int token(long entry) {
        return ~(int) entry;
    }

    private long massAbove(int size, int floor) {
        long mass = 0;
        for (int i = 0; i < size; i++) {
            int weight = weights[i];
            mass += weight & ((floor - 1 - weight) >> 31);
        }
        return mass;
    }

    // Both loops take the sign of a difference in place of a branch, so that they vectorise.

    private int countAbove(int size, int floor) {
        int above = 0;
        for (int i = 0; i < size; i++) {
            above += (floor - 1 - weights[i]) >>> 31;
        }
        return above;
    }

    private void collect(int size, int threshold) {
        count = 0;
        sum = 0;
        for (int i = 0; i < size; i++) {
            int weight = weights[i];
            if (weight >= threshold) {
                if (count == entries.length) {
                    entries = Arrays.copyOf(entries, Math.min(weights.length, 4 * count));
                }
                entries[count++] = (long) weight << 32 | (~i & 0xffffffffL);
                sum += weight;
            }
        }
    }

    /** Quickselect: the {@code wanted} largest come first, in no order. */
    private void keepLargest(int wanted) {
        int from = 0;
        int to = count - 1;
        while (from < to) {
            long pivot = entries[(from + to) >>> 1];
            int left = from;
            int right = to;
            while (left <= right) {
                while (entries[left] > pivot) {
                    left++;
                }
                while (entries[right] < pivot) {
                    right--;
                }
                if (left <= right) {
                    long entry = entries[left];
                    entries[left++] = entries[right];
                    entries[right--] = entry;
                }
            }
            if (wanted - 1 <= right) {
                to = right;
            } else if (wanted - 1 >= left) {
                from = left;
            } else {
                break;
            }
        }
        count = wanted;
        sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weight(entries[i]);
        }
    }

    /** Drops every token that has at least {@code mass} above it. */
    private void cut(double mass) {
        Arrays.sort(entries, 0, count);
        long above = 0;
        int kept = 0;
        while (kept < count && above < mass) {
            above += weight(entries[count - 1 - kept]);
            kept++;
        }
        System.arraycopy(entries, count - kept, entries, 0, kept);
        count = kept;
        sum = above;
    }
}
