package dev.windlass.api;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Whether a regular expression can be used: RE2 runs any in linear time, but writes what is counted out before, and counts within counts
 * fill a machine's memory. So the size is reckoned first.
 */
public final class ExpressionCheck {
    /** In steps of the written-out expression. */
    private static final long LARGEST = 10_000;

    private final String text;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long sum;
    private long last;
    private int at;

    private ExpressionCheck(String text) {
        this.text = text;
    }

    /** What is wrong with it; nothing where it can be used. */
    public static Optional<String> problem(String expression) {
        if (new ExpressionCheck(expression).size() > LARGEST) {
            return Optional.of("its counted parts are longer than %d characters when written out".formatted(LARGEST));
        }
        try {
            var _ = Pattern.compile(expression);
            return Optional.empty();
        } catch (PatternSyntaxException wrong) {
            return Optional.of(wrong.getDescription());
        }
    }

    /** Of anything, whether it is an expression or not; never too small for one that is. */
    private long size() {
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '(' -> {
                    outer.push(sum);
                    sum = 0;
                    at++;
                }
                case ')' -> {
                    long inside = sum + 1;
                    sum = outer.isEmpty() ? 0 : outer.pop();
                    atom(inside);
                    at++;
                }
                case '{' -> counted();
                case '[' -> {
                    characterClass();
                    atom(1);
                }
                case '\\' -> {
                    at += 2;
                    atom(1);
                }
                default -> {
                    at++;
                    atom(1);
                }
            }
        }
        while (!outer.isEmpty()) {
            sum = add(sum, outer.pop());
        }
        return sum;
    }

    private void atom(long size) {
        last = size;
        sum = add(sum, size);
    }

    private static long add(long one, long other) {
        return Math.min(Long.MAX_VALUE / 2, one + other);
    }

    private void counted() {
        int end = text.indexOf('}', at);
        String count = end < 0 ? "" : text.substring(at + 1, end);
        if (!count.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
            at++;
            atom(1);
            return;
        }
        long most = 1;
        for (String bound : count.split(",", -1)) {
            most = bound.isEmpty() ? most + 1 : Math.max(most, Long.parseLong(bound));
        }
        // Counted again, it counts as often as both.
        long whole = last > LARGEST ? last : last * most;
        sum = add(sum - last, whole);
        last = whole;
        at = end + 1;
    }

    private void characterClass() {
        at += text.startsWith("[^", at) ? 2 : 1;
        at += text.startsWith("]", at) ? 1 : 0;
        while (at < text.length() && text.charAt(at) != ']') {
            int named = text.startsWith("[:", at) ? text.indexOf(":]", at) : -1;
            at = named > 0 ? named + 2 : at + (text.charAt(at) == '\\' ? 2 : 1);
        }
        at++;
    }
}
