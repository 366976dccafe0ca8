package dev.windlass.policy.filter.match;

import java.util.List;

/** Looks for an expression's matches, one place to begin at after the other. */
final class ExpressionScan implements Scan {
    private final Expression expression;
    private final Beginnings beginnings;
    private final int most;
    /** Where a match may begin that has not been decided about. */
    private int start;
    /** How far the text has been looked at from there. */
    private int seen;

    private int state = Beginnings.START;
    private boolean wasWhole;

    ExpressionScan(Expression expression, Beginnings beginnings, int most) {
        this.expression = expression;
        this.beginnings = beginnings;
        this.most = most;
    }

    @Override
    public int advance(Tail text, boolean isLast, List<Span> found) {
        int end = text.end();
        while (start < end) {
            while (state != Beginnings.DEAD && seen < end && seen - start <= most) {
                if (!isLast && text.isHalf(seen)) {
                    return start;
                }
                int symbol = text.codePointAt(seen);
                state = beginnings.next(state, symbol);
                wasWhole |= beginnings.isWhole(state);
                seen += Character.charCount(symbol);
            }
            if (!isLast && state != Beginnings.DEAD && seen - start <= most) {
                return start;
            }
            int next = wasWhole ? expression.end(text, start, most) : Check.NO;
            if (next != Check.NO) {
                found.add(expression.span(start, next));
            } else {
                next = start + Character.charCount(text.codePointAt(start));
            }
            start = next;
            seen = next;
            state = Beginnings.START;
            wasWhole = false;
        }
        return start;
    }
}
