package dev.windlass.model.family;

import dev.windlass.model.config.Rotary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order of the elements within queries and keys. Rotation pairs element {@code i} with element {@code i + width / 2}.
 * Where the width had to be padded, the elements move so that the pairs of the padded width hold the rotated elements
 * first and elements that are not rotated after them; scores do not change, since queries and keys move alike.
 */
final class HeadOrder {
    private HeadOrder() {}

    static boolean isNatural(@Nullable Rotary rotary) {
        return rotary == null || rotary.width() == rotary.paddedWidth();
    }

    /** For each row of the stacked queries, keys and values the row it is taken from. */
    static List<Integer> rows(int heads, int keyValueHeads, int headSize, @Nullable Rotary rotary) {
        List<Integer> rows = new ArrayList<>();
        for (int head = 0; head < heads + 2 * keyValueHeads; head++) {
            boolean isValue = head >= heads + keyValueHeads;
            for (int element = 0; element < headSize; element++) {
                rows.add(head * headSize + (isValue || rotary == null ? element : original(element, rotary)));
            }
        }
        return rows;
    }

    private static int original(int element, Rotary rotary) {
        int rotated = rotary.width() / 2;
        int half = rotary.paddedWidth() / 2;
        if (element >= 2 * half) {
            return element;
        }
        boolean first = element < half;
        int pair = first ? element : element - half;
        if (pair < rotated) {
            return first ? pair : rotated + pair;
        }
        return rotary.width() + pair - rotated + (first ? 0 : half - rotated);
    }
}
