package dev.windlass.engine.token;

import dev.windlass.engine.run.EncoderText;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Cuts encoded texts to a length without losing what the tokenizer put around and between them. Two texts share what is
 * left as in Hugging Face's library: the shorter one keeps all it has up to half.
 *
 * @param whole both texts with everything added
 * @param first the first text's tokens
 * @param second the second's, empty when there is none
 */
@SuppressWarnings("ArrayRecordComponent")
record Truncation(EncoderText whole, int[] first, int[] second) {

    /** @throws IllegalArgumentException when {@code most} leaves nothing of the texts */
    EncoderText to(int most) {
        int added = whole.length() - first.length - second.length;
        int left = most - added;
        if (left < 1) {
            throw new IllegalArgumentException(
                    "expected room for more than the %d tokens that are added to a text, got %d"
                            .formatted(added, most));
        }
        int shorter = Math.min(first.length, second.length);
        int longer = Math.max(shorter, left - shorter);
        if (shorter + longer > left) {
            shorter = left / 2;
            longer = shorter + left % 2;
        }
        boolean firstIsShorter = first.length <= second.length;
        int keptOfFirst = Math.min(first.length, firstIsShorter ? shorter : longer);
        int keptOfSecond = Math.min(second.length, firstIsShorter ? longer : shorter);
        int startOfFirst = find(first, 0, 1);
        int startOfSecond = find(second, whole.length() - second.length, -1);
        int[] kept = IntStream.range(0, whole.length())
                .filter(i -> !within(i, startOfFirst + keptOfFirst, startOfFirst + first.length)
                        && !within(i, startOfSecond + keptOfSecond, startOfSecond + second.length))
                .toArray();
        return new EncoderText(
                Arrays.stream(kept).map(i -> whole.tokens()[i]).toArray(),
                Arrays.stream(kept).map(i -> whole.segments()[i]).toArray());
    }

    private static boolean within(int index, int from, int to) {
        return index >= from && index < to;
    }

    /** Where in the whole a text's tokens begin. */
    private int find(int[] text, int start, int step) {
        int[] all = whole.tokens();
        for (int at = start; at >= 0 && at + text.length <= all.length; at += step) {
            if (Arrays.equals(all, at, at + text.length, text, 0, text.length)) {
                return at;
            }
        }
        throw new IllegalArgumentException(
                "this tokenizer's texts cannot be cut: it changes their tokens when it adds its own");
    }
}
