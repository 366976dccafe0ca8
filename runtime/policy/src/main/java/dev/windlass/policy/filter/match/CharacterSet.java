package dev.windlass.policy.filter.match;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A set of code points.
 *
 * @param bounds ascending pairs of first and last
 */
@SuppressWarnings("ArrayRecordComponent")
record CharacterSet(int[] bounds) {
    static final CharacterSet ALL = range(0, Character.MAX_CODE_POINT);
    private static final CharacterSet BEYOND_ASCII = range(0x80, Character.MAX_CODE_POINT);

    static CharacterSet range(int first, int last) {
        return new CharacterSet(new int[] {first, last});
    }

    static CharacterSet of(int symbol) {
        return range(symbol, symbol);
    }

    CharacterSet or(CharacterSet other) {
        int[] both = Arrays.copyOf(bounds, bounds.length + other.bounds.length);
        System.arraycopy(other.bounds, 0, both, bounds.length, other.bounds.length);
        return normal(both);
    }

    private static CharacterSet normal(int[] pairs) {
        long[] sorted = new long[pairs.length / 2];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = ((long) pairs[2 * i] << 32) | pairs[2 * i + 1];
        }
        Arrays.sort(sorted);
        int[] merged = new int[pairs.length];
        int count = 0;
        for (long pair : sorted) {
            int first = (int) (pair >>> 32);
            int last = (int) pair;
            if (count > 0 && first <= merged[count - 1] + 1) {
                merged[count - 1] = Math.max(merged[count - 1], last);
            } else {
                merged[count++] = first;
                merged[count++] = last;
            }
        }
        return new CharacterSet(Arrays.copyOf(merged, count));
    }

    CharacterSet complement() {
        int[] others = new int[bounds.length + 2];
        int count = 0;
        int next = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] > next) {
                others[count++] = next;
                others[count++] = bounds[i] - 1;
            }
            next = bounds[i + 1] + 1;
        }
        if (next <= Character.MAX_CODE_POINT) {
            others[count++] = next;
            others[count++] = Character.MAX_CODE_POINT;
        }
        return new CharacterSet(Arrays.copyOf(others, count));
    }

    /** With every character that is the same but for its case, and some more where it is not only ASCII. */
    CharacterSet inAnyCase() {
        var wide = this;
        for (char letter = 'a'; letter <= 'z'; letter++) {
            int capital = letter - 32;
            if (has(letter) || has(capital)) {
                wide = wide.or(of(letter)).or(of(capital));
            }
        }
        if (has('s') || has('S') || has('k') || has('K')) {
            wide = wide.or(of(0x17F)).or(of(0x212A));
        }
        if (bounds.length > 0 && bounds[bounds.length - 1] >= 0x80) {
            wide = wide.or(BEYOND_ASCII).or(of('k')).or(of('K')).or(of('s')).or(of('S'));
        }
        return wide;
    }

    boolean has(int symbol) {
        for (int i = 0; i < bounds.length; i += 2) {
            if (symbol >= bounds[i] && symbol <= bounds[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** Tells where it begins, and where it no longer goes on. */
    void edges(IntConsumer edge) {
        for (int i = 0; i < bounds.length; i += 2) {
            edge.accept(bounds[i]);
            edge.accept(bounds[i + 1] + 1);
        }
    }
}
