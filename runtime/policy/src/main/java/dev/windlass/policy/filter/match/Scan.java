package dev.windlass.policy.filter.match;

import java.util.List;

/** Follows one text for one rule. Confined to a thread. */
public interface Scan {
    /**
     * Looks at what was added since the last time.
     *
     * @param isLast whether no more follows
     * @param found takes the matches that are certain now
     * @return from where on there may be matches that are not certain yet: every match that starts before it was given out
     */
    int advance(Tail text, boolean isLast, List<Span> found);
}
