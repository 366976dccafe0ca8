package dev.windlass.engine.grammar;

import dev.windlass.engine.grammar.Rule.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/**
 * A rule under construction: a nondeterministic automaton over symbols and calls. Methods named after what they match
 * take the state to start from and return the state after the match. State 0 is where the rule starts.
 */
final class Nfa {
    private record Range(int low, int high, int to) {}

    private record Jump(Rule rule, int to) {}

    private static final class State {
        private final List<Range> ranges = new ArrayList<>(2);
        private final List<Jump> jumps = new ArrayList<>(0);
        private int[] empties = {};
        private boolean accepting;
    }

    private final List<State> states = new ArrayList<>();
    private final CompileBudget budget;

    Nfa(CompileBudget budget) {
        this.budget = budget;
        state();
    }

    /** A new state without transitions. */
    int state() {
        budget.spend(1);
        states.add(new State());
        return states.size() - 1;
    }

    void accept(int state) {
        states.get(state).accepting = true;
    }

    /** Lets {@code from} go on as {@code to}. */
    void empty(int from, int to) {
        State state = states.get(from);
        state.empties = Arrays.copyOf(state.empties, state.empties.length + 1);
        state.empties[state.empties.length - 1] = to;
    }

    void range(int from, int low, int high, int to) {
        states.get(from).ranges.add(new Range(low, high, to));
    }

    int literal(int from, String text) {
        int state = from;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int to = state();
            range(state, b & 0xff, b & 0xff, to);
            state = to;
        }
        return state;
    }

    void literal(int from, String text, int to) {
        empty(literal(from, text), to);
    }

    /** A colon with at most one space after it. */
    int colon(int from) {
        int colon = literal(from, ":");
        int to = literal(colon, " ");
        empty(colon, to);
        return to;
    }

    void call(int from, Rule rule, int to) {
        states.get(from).jumps.add(new Jump(rule, to));
    }

    int call(int from, Rule rule) {
        int to = state();
        call(from, rule, to);
        return to;
    }

    /** An optional call. */
    int maybe(int from, Rule rule) {
        int to = state();
        call(from, rule, to);
        empty(from, to);
        return to;
    }

    /**
     * Embeds an automaton over characters.
     *
     * @param escaped whether the characters stand in a JSON string
     */
    void characters(Automaton automaton, int from, int to, boolean escaped) {
        var encoding = new CharacterEncoding(this);
        int[] mine = new int[automaton.getNumStates()];
        for (int i = 0; i < mine.length; i++) {
            mine[i] = state();
            if (automaton.isAccept(i)) {
                empty(mine[i], to);
            }
        }
        if (mine.length > 0) {
            empty(from, mine[0]);
        }
        var transition = new Transition();
        for (int i = 0; i < mine.length; i++) {
            for (int left = automaton.initTransition(i, transition); left > 0; left--) {
                automaton.getNextTransition(transition);
                if (escaped) {
                    encoding.escaped(mine[i], transition.min, transition.max, mine[transition.dest]);
                } else {
                    encoding.plain(mine[i], transition.min, transition.max, mine[transition.dest]);
                }
            }
        }
    }

    /** Makes the automaton deterministic and defines {@code rule} by it. */
    Rule define(Rule rule) {
        short[] classes = classes();
        int classCount = 0;
        for (short c : classes) {
            classCount = Math.max(classCount, c + 1);
        }
        var subsets = new Subsets();
        subsets.of(closure(new int[] {0}));
        var table = new ArrayList<int[]>();
        var calls = new ArrayList<Call[]>();
        for (int done = 0; done < subsets.sets.size(); done++) {
            int[] set = subsets.sets.get(done);
            budget.spend(set.length + classCount / 8);
            table.add(transitions(set, classes, classCount, subsets));
            calls.add(calls(set, subsets));
        }
        int count = subsets.sets.size();
        budget.spendTable(count, classCount);
        int[] next = new int[count * classCount];
        boolean[] accepting = new boolean[count];
        for (int s = 0; s < count; s++) {
            System.arraycopy(table.get(s), 0, next, s * classCount, classCount);
            for (int member : subsets.sets.get(s)) {
                accepting[s] |= states.get(member).accepting;
            }
        }
        rule.define(classes, classCount, next, accepting, calls.toArray(Call[][]::new));
        return rule;
    }

    /** Groups the symbols that no transition tells apart. */
    private short[] classes() {
        var cuts = new TreeSet<Integer>();
        for (State state : states) {
            for (Range range : state.ranges) {
                cuts.add(range.low);
                cuts.add(range.high + 1);
            }
        }
        if (cuts.isEmpty()) {
            return new short[0];
        }
        boolean[] used = new boolean[cuts.last()];
        for (State state : states) {
            for (Range range : state.ranges) {
                Arrays.fill(used, range.low, range.high + 1, true);
            }
        }
        short[] classes = new short[used.length];
        int current = -1;
        for (int symbol = 0; symbol < classes.length; symbol++) {
            if (cuts.contains(symbol) && used[symbol]) {
                current++;
            }
            classes[symbol] = (short) (used[symbol] ? current : -1);
        }
        return classes;
    }

    private int[] transitions(int[] set, short[] classes, int classCount, Subsets subsets) {
        int[] row = new int[classCount];
        Arrays.fill(row, -1);
        int[][] targets = new int[classCount][];
        int[] sizes = new int[classCount];
        for (int member : set) {
            for (Range range : states.get(member).ranges) {
                for (int c = classes[range.low], last = classes[range.high]; c <= last; c++) {
                    int[] grown = targets[c] == null ? new int[2] : targets[c];
                    if (sizes[c] == grown.length) {
                        grown = Arrays.copyOf(grown, grown.length * 2);
                    }
                    grown[sizes[c]++] = range.to;
                    targets[c] = grown;
                    budget.spend(1);
                }
            }
        }
        for (int c = 0; c < classCount; c++) {
            if (sizes[c] > 0) {
                row[c] = subsets.of(closure(Arrays.copyOf(targets[c], sizes[c])));
            }
        }
        return row;
    }

    private Call[] calls(int[] set, Subsets subsets) {
        Map<Rule, List<Integer>> returns = new LinkedHashMap<>();
        for (int member : set) {
            for (Jump jump : states.get(member).jumps) {
                returns.computeIfAbsent(jump.rule, r -> new ArrayList<>()).add(jump.to);
            }
        }
        if (returns.isEmpty()) {
            return Rule.NO_CALLS;
        }
        var calls = new ArrayList<Call>();
        returns.forEach((rule, targets) -> calls.add(new Call(
                rule,
                subsets.of(closure(targets.stream().mapToInt(Integer::intValue).toArray())))));
        return calls.toArray(Call[]::new);
    }

    /** The states reached from {@code from} by nothing, sorted. */
    private int[] closure(int[] from) {
        if (from.length == 1 && states.get(from[0]).empties.length == 0) {
            return from;
        }
        var seen = new BitSet();
        int[] stack = Arrays.copyOf(from, from.length + 8);
        int size = from.length;
        while (size > 0) {
            int state = stack[--size];
            if (seen.get(state)) {
                continue;
            }
            seen.set(state);
            budget.spend(1);
            int[] empties = states.get(state).empties;
            if (size + empties.length > stack.length) {
                stack = Arrays.copyOf(stack, (size + empties.length) * 2);
            }
            for (int to : empties) {
                stack[size++] = to;
            }
        }
        return seen.stream().toArray();
    }

    /** Sets of states, numbered in the order in which they are met. */
    private final class Subsets {
        private record Key(int[] set) {
            @Override
            public boolean equals(Object other) {
                return other instanceof Key key && Arrays.equals(set, key.set);
            }

            @Override
            public int hashCode() {
                return Arrays.hashCode(set);
            }
        }

        private final List<int[]> sets = new ArrayList<>();
        private final Map<Key, Integer> numbers = new HashMap<>();

        int of(int[] set) {
            return numbers.computeIfAbsent(new Key(set), key -> {
                budget.spendState();
                sets.add(set);
                return sets.size() - 1;
            });
        }
    }
}
