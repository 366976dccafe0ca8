package dev.windlass.policy.filter;

import dev.windlass.api.ContentFilterSpec.Mode;
import dev.windlass.api.ContentFilterSpec.OnError;
import dev.windlass.api.FilterRule.Action;
import dev.windlass.policy.filter.match.Scan;
import dev.windlass.policy.filter.match.Span;
import dev.windlass.policy.filter.match.Tail;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets one text pass that arrives in parts, all but what rules forbid. Holds back what may still become a part of a match, and
 * nothing else; what leaves in all does not depend on where the text was cut. Confined to a thread.
 */
final class Screen {
    /** The reach where nobody waits. */
    static final int FAR = 4096;

    private final List<Watch> watches = new ArrayList<>();
    private final Manner manner;
    private final BiConsumer<String, Verdict> tally;
    private final Tail tail = new Tail();
    /** Matches that are certain and whose place has not left, by their start. */
    private final List<Match> matches = new ArrayList<>();

    private final List<Span> found = new ArrayList<>();
    private int released;
    private int lastEnd = -1;
    private String lastPlaceholder = "";
    private @Nullable String blockedBy;
    private boolean isBroken;

    /** How matches are treated, and rules that cannot be asked. */
    record Manner(Mode mode, OnError onError) {
        static final Manner ENFORCED = new Manner(Mode.Enforce, OnError.FailClosed);

        boolean isEnforced() {
            return mode == Mode.Enforce;
        }
    }

    /** @param binds whether its matches change the text, so that the text has to wait for them */
    private record Watch(int order, Rule rule, Scan scan, boolean binds) {}

    private record Match(Span span, Watch watch) {
        private static final Comparator<Match> ORDER = Comparator.<Match>comparingInt(
                        match -> match.span().start())
                .thenComparingInt(match -> match.watch().order())
                .thenComparingInt(match -> match.span().end());

        Rule rule() {
            return watch.rule();
        }
    }

    /** @param tally counts rules and what was done for them */
    Screen(List<Rule> rules, Rule.Sight sight, Manner manner, BiConsumer<String, Verdict> tally) {
        this.manner = manner;
        this.tally = tally;
        for (var rule : rules) {
            for (var looker : rule.lookers()) {
                watches.add(new Watch(
                        watches.size(), rule, looker.scan(sight), manner.isEnforced() && rule.action() != Action.Flag));
            }
        }
    }

    /** Takes a part. @return what may leave now; after a block nothing more does */
    String append(String part) {
        if (isBlocked()) {
            return "";
        }
        boolean isWhole = isIdle();
        tail.append(part);
        int limit = look(false);
        if (isWhole && limit == tail.end() && matches.isEmpty() && !isBlocked()) {
            released = limit;
            return part;
        }
        return release(limit);
    }

    /** Takes a text as a whole. @return what may leave of it */
    String pass(String whole) {
        tail.append(whole);
        int limit = look(true);
        return matches.isEmpty() && !isBlocked() ? whole : release(limit);
    }

    /** No more follows. @return what was held back until now */
    String finish() {
        return isBlocked() ? "" : release(look(true));
    }

    /** Whether nothing is held back. */
    boolean isIdle() {
        return released == tail.end();
    }

    /** Whether the text was cut off. */
    boolean isBlocked() {
        return blockedBy != null;
    }

    /** Whether it was cut off since a rule could not be asked. */
    boolean isBroken() {
        return isBroken;
    }

    /** The rule that cut it off. */
    String blockedBy() {
        return blockedBy == null ? "" : blockedBy;
    }

    private int look(boolean isLast) {
        int limit = tail.end();
        int needed = limit;
        for (var watch : watches) {
            found.clear();
            int settled = look(watch, isLast);
            needed = Math.min(needed, settled);
            if (!found.isEmpty()) {
                found.forEach(_ -> tally.accept(
                        watch.rule().name(), Verdict.of(watch.rule().action(), manner.isEnforced())));
            }
            if (watch.binds()) {
                limit = Math.min(limit, settled);
                found.forEach(span -> matches.add(new Match(span, watch)));
            }
        }
        tail.forget(Math.min(needed, released));
        return limit;
    }

    private int look(Watch watch, boolean isLast) {
        try {
            return watch.scan().advance(tail, isLast, found);
        } catch (ClassifierException outage) {
            tally.accept(watch.rule().name(), Verdict.Error);
            if (manner.isEnforced() && manner.onError() == OnError.FailClosed) {
                blockedBy = watch.rule().name();
                isBroken = true;
            }
            return tail.end();
        }
    }

    private String release(int limit) {
        if (isBroken) {
            return "";
        }
        if (matches.size() > 1) {
            matches.sort(Match.ORDER);
        }
        var out = new StringBuilder();
        while (!matches.isEmpty() && matches.getFirst().span().start() < limit) {
            var first = matches.getFirst().span();
            int end = first.end();
            int count = 0;
            boolean isCut = false;
            // What overlaps is one.
            while (count < matches.size()
                    && (count == 0 || matches.get(count).span().start() < end)) {
                var match = matches.get(count++);
                end = Math.max(end, match.span().end());
                if (!isCut && match.rule().action() == Action.Block) {
                    isCut = true;
                    blockedBy = match.rule().name();
                }
            }
            release(first.start(), out);
            if (end > limit) {
                // Something else that begins within it may still be found.
                blockedBy = null;
                return out.toString();
            }
            if (isCut) {
                return out.toString();
            }
            if (lastEnd != first.start() || !lastPlaceholder.equals(first.placeholder())) {
                out.append('[').append(first.placeholder()).append(']');
            }
            lastEnd = end;
            lastPlaceholder = first.placeholder();
            released = end;
            matches.subList(0, count).clear();
        }
        release(limit, out);
        return out.toString();
    }

    private void release(int to, StringBuilder out) {
        if (to > released) {
            out.append(tail.text(released, to));
            released = to;
        }
    }
}
