package dev.windlass.policy.filter.match;

import com.google.re2j.Pattern;
import dev.windlass.api.ExpressionCheck;
import java.util.Optional;

/**
 * A regular expression to look for, in RE2's syntax and linear time. RE2 says what matches; a table says what may become a match.
 * Unchanging.
 */
public final class Expression {
    private final String placeholder;
    private final Pattern pattern;
    private final Optional<Beginnings> beginnings;
    private final int longest;
    private final Check check;

    private Expression(String placeholder, Pattern pattern, Optional<Beginnings> beginnings, int longest, Check check) {
        this.placeholder = placeholder;
        this.pattern = pattern;
        this.beginnings = beginnings;
        this.longest = longest;
        this.check = check;
    }

    /**
     * @param longest of matches, in characters; more of one is another match
     * @throws IllegalArgumentException where it is no expression
     */
    public static Expression of(String placeholder, String expression, int longest) {
        return of(placeholder, expression, longest, Check.NONE);
    }

    static Expression of(String placeholder, String expression, int longest, Check check) {
        ExpressionCheck.problem(expression).ifPresent(why -> {
            throw new IllegalArgumentException("a regular expression: %s in \"%s\"".formatted(why, expression));
        });
        return new Expression(
                placeholder, Pattern.compile(expression), Beginnings.of(SyntaxReader.read(expression)), longest, check);
    }

    /** @param reach the most characters of a match that may be waited for */
    public Scan scan(int reach) {
        int most = Math.min(longest, reach);
        return beginnings.isPresent() ? new ExpressionScan(this, beginnings.get(), most) : new WindowScan(this, most);
    }

    Pattern pattern() {
        return pattern;
    }

    /**
     * The match that begins at a place.
     *
     * @return where it ends, or {@link Check#NO}
     */
    int end(Tail text, int start, int most) {
        int before = start == 0 ? 0 : 1;
        // One character more tells whether a word ends there.
        int stop = Math.min(text.end(), start + most + 1);
        String seen = text.text(start - before, stop);
        int end = end(seen, before);
        if (end > before + most) {
            end = end(seen.substring(0, before + most), before);
        }
        return end <= before ? Check.NO : start - before + end;
    }

    private int end(String seen, int start) {
        var matcher = pattern.matcher(seen);
        return matcher.find(start) && matcher.start() == start && matcher.end() > start
                ? check.end(seen, start, matcher.end())
                : Check.NO;
    }

    Span span(int start, int end) {
        return new Span(start, end, placeholder);
    }
}
