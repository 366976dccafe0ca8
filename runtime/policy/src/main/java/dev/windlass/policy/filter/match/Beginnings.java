package dev.windlass.policy.filter.match;

import dev.windlass.policy.filter.match.Syntax.Either;
import dev.windlass.policy.filter.match.Syntax.One;
import dev.windlass.policy.filter.match.Syntax.Repeated;
import dev.windlass.policy.filter.match.Syntax.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether some text can be the beginning of a match, as a table: one look a character. It never says no where the answer is yes,
 * and may say yes where positions such as the ends of words would forbid it. Unchanging.
 */
final class Beginnings {
    /** The state of a text that no match begins with. */
    static final int DEAD = 0;
    /** The state of no text. */
    static final int START = 1;

    private static final int MOST_STEPS = 4000;
    private static final int MOST_STATES = 2000;
    /** Of looks at a step for a character: what a second or so is good for. */
    private static final int MOST_WORK = 20_000_000;

    private final int[] edges;
    private final short[] ascii = new short[128];
    private final short[] table;
    private final BitSet accepting;

    private Beginnings(int[] edges, short[] table, BitSet accepting) {
        this.edges = edges;
        this.table = table;
        this.accepting = accepting;
        for (int symbol = 0; symbol < ascii.length; symbol++) {
            ascii[symbol] = (short) search(symbol);
        }
    }

    /** Nothing for an expression whose table would be too large. */
    static Optional<Beginnings> of(Syntax syntax) {
        var steps = new Steps();
        try {
            int begin = steps.add(syntax, Steps.ACCEPT);
            return Optional.of(new Table(steps, begin).build());
        } catch (TooLargeException _) {
            return Optional.empty();
        }
    }

    int next(int state, int symbol) {
        int kind = symbol < 128 ? ascii[symbol] : search(symbol);
        return table[state * edges.length + kind];
    }

    /** Whether it can be a whole match. */
    boolean isWhole(int state) {
        return accepting.get(state);
    }

    private int search(int symbol) {
        int found = Arrays.binarySearch(edges, symbol);
        return found >= 0 ? found : -found - 2;
    }

    private static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super(null, null, false, false);
        }
    }

    /** An automaton with several states at a time: each takes a character and goes on, or splits. */
    private static final class Steps {
        static final int ACCEPT = 0;
        private final List<CharacterSet> sets = new ArrayList<>(List.of(new CharacterSet(new int[0])));
        private final List<int[]> next = new ArrayList<>(List.of(new int[0]));

        private int step(CharacterSet set, int... after) {
            if (sets.size() >= MOST_STEPS) {
                throw new TooLargeException();
            }
            sets.add(set);
            next.add(after);
            return sets.size() - 1;
        }

        private int split(int... after) {
            return step(sets.getFirst(), after);
        }

        boolean isSplit(int step) {
            return sets.get(step).bounds().length == 0;
        }

        /** @return where it begins, if it goes on at {@code after} */
        int add(Syntax syntax, int after) {
            return switch (syntax) {
                case One(var set) -> set.bounds().length == 0 ? split() : step(set, after);
                case Sequence(var parts) -> {
                    int begin = after;
                    for (var part : parts.reversed()) {
                        begin = add(part, begin);
                    }
                    yield begin;
                }
                case Either(var choices) ->
                    split(choices.stream()
                            .mapToInt(choice -> add(choice, after))
                            .toArray());
                case Repeated(var what, int least, int most) -> {
                    int begin = after;
                    if (most < 0) {
                        begin = split(after, after);
                        next.get(begin)[1] = add(what, begin);
                    }
                    for (int i = least; i < most; i++) {
                        begin = split(after, add(what, begin));
                    }
                    for (int i = 0; i < least; i++) {
                        begin = add(what, begin);
                    }
                    yield begin;
                }
            };
        }
    }

    /** One state for every set of steps. */
    private static final class Table {
        private final Steps steps;
        private final int begin;
        private final int[] edges;
        private final Map<BitSet, Integer> states = new HashMap<>();
        private final List<BitSet> order = new ArrayList<>();
        private final List<short[]> rows = new ArrayList<>();
        private int work;

        Table(Steps steps, int begin) {
            this.steps = steps;
            this.begin = begin;
            var sorted = new TreeSet<Integer>(List.of(0));
            steps.sets.forEach(set -> set.edges(sorted::add));
            this.edges = sorted.stream().mapToInt(Integer::intValue).toArray();
        }

        Beginnings build() {
            state(new BitSet());
            var first = new BitSet();
            reach(begin, first);
            state(first);
            for (int i = 0; i < order.size(); i++) {
                rows.add(row(order.get(i)));
            }
            short[] table = new short[rows.size() * edges.length];
            var accepting = new BitSet();
            for (int i = 0; i < rows.size(); i++) {
                System.arraycopy(rows.get(i), 0, table, i * edges.length, edges.length);
                accepting.set(i, order.get(i).get(Steps.ACCEPT));
            }
            return new Beginnings(edges, table, accepting);
        }

        private short[] row(BitSet from) {
            work += edges.length * from.cardinality();
            if (work > MOST_WORK) {
                throw new TooLargeException();
            }
            short[] row = new short[edges.length];
            for (int kind = 0; kind < edges.length; kind++) {
                var reached = new BitSet();
                for (int step = from.nextSetBit(0); step >= 0; step = from.nextSetBit(step + 1)) {
                    if (steps.sets.get(step).has(edges[kind])) {
                        reach(steps.next.get(step)[0], reached);
                    }
                }
                row[kind] = (short) state(reached);
            }
            return row;
        }

        private int state(BitSet set) {
            return states.computeIfAbsent(set, _ -> {
                if (order.size() >= MOST_STATES) {
                    throw new TooLargeException();
                }
                order.add(set);
                return order.size() - 1;
            });
        }

        private void reach(int step, BitSet reached) {
            var seen = new BitSet();
            var open = new ArrayList<>(List.of(step));
            while (!open.isEmpty()) {
                int each = open.removeLast();
                if (seen.get(each)) {
                    continue;
                }
                seen.set(each);
                if (each != Steps.ACCEPT && steps.isSplit(each)) {
                    for (int after : steps.next.get(each)) {
                        open.add(after);
                    }
                } else {
                    reached.set(each);
                }
            }
        }
    }
}
