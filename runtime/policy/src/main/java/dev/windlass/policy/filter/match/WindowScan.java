package dev.windlass.policy.filter.match;

import java.util.List;

/**
 * Looks for the matches of an expression of which nobody knows what they begin with: whatever is nearer to the text's end than the
 * longest match has to wait.
 */
final class WindowScan implements Scan {
    private final Expression expression;
    private final int most;
    private int start;

    WindowScan(Expression expression, int most) {
        this.expression = expression;
        this.most = most;
    }

    @Override
    public int advance(Tail text, boolean isLast, List<Span> found) {
        // The last place to begin at whose longest match, and the character after it, are there.
        int decided = isLast ? text.end() : text.end() - most - 1;
        while (start < decided) {
            int before = start == 0 ? 0 : 1;
            var matcher = expression.pattern().matcher(text.text(start - before, text.end()));
            int next = matcher.find(before) ? start - before + matcher.start() : decided;
            if (next >= decided) {
                start = decided;
                break;
            }
            start = next;
            int end = expression.end(text, start, most);
            if (end != Check.NO) {
                found.add(expression.span(start, end));
                start = end;
            } else {
                start += Character.charCount(text.codePointAt(start));
            }
        }
        return Math.min(start, text.end());
    }
}
