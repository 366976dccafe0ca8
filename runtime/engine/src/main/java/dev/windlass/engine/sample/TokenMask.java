package dev.windlass.engine.sample;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Bits over the vocabulary, as a grammar gives them, laid on a row of logits. */
final class TokenMask {
    private static final float[] REFUSED = new float[Long.SIZE];

    static {
        Arrays.fill(REFUSED, Float.NEGATIVE_INFINITY);
    }

    private TokenMask() {}

    /** Sets the logits of all tokens that are not allowed to negative infinity; those beyond the mask are not. */
    static void apply(MemorySegment row, int size, long[] allowed) {
        for (int from = 0; from < size; from += Long.SIZE) {
            long word = from / Long.SIZE < allowed.length ? allowed[from / Long.SIZE] : 0;
            int count = Math.min(Long.SIZE, size - from);
            if (word == 0) {
                MemorySegment.copy(REFUSED, 0, row, ValueLayout.JAVA_FLOAT, (long) Float.BYTES * from, count);
            } else if (word != -1) {
                refuse(row, from, count, word);
            }
        }
    }

    private static void refuse(MemorySegment row, int from, int count, long word) {
        for (int i = 0; i < count; i++) {
            if ((word >>> i & 1) == 0) {
                row.setAtIndex(ValueLayout.JAVA_FLOAT, from + i, Float.NEGATIVE_INFINITY);
            }
        }
    }

    /** Whether some allowed token is none of these. */
    static boolean allowsOtherThan(long[] allowed, int size, int[] tokens) {
        int words = Math.min(allowed.length, (size + Long.SIZE - 1) / Long.SIZE);
        for (int i = 0; i < words; i++) {
            long word = allowed[i];
            for (int token : tokens) {
                if (token / Long.SIZE == i) {
                    word &= ~(1L << token % Long.SIZE);
                }
            }
            if (word != 0) {
                return true;
            }
        }
        return false;
    }
}
