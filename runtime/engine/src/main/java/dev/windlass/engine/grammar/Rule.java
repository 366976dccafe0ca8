package dev.windlass.engine.grammar;

import java.util.Arrays;

/**
 * One rule of a recursive transition network: a deterministic automaton over symbols whose states may also call other
 * rules and go on where the called rule returns. State 0 is where it starts. A rule is named first and defined later,
 * so that rules can call each other, and never changes once its grammar is checked.
 */
final class Rule {
    static final Call[] NO_CALLS = {};

    final String name;
    /** Whether the rule is a JSON object or array: what the depth of nesting counts. */
    final boolean isContainer;
    /** Whether calls of the rule are refused beyond the bound on nesting. */
    final boolean isDepthLimited;

    private short[] classes = {};
    private int classCount;
    private int[] next = {};
    private boolean[] accepting = {};
    private Call[][] calls = {};
    /** Whether a state calls or accepts: whether there is more to it than its own transitions. */
    private boolean[] crossing = {};

    private boolean defined;

    Rule(String name, boolean isContainer, boolean isDepthLimited) {
        this.name = name;
        this.isContainer = isContainer;
        this.isDepthLimited = isDepthLimited;
    }

    Rule(String name) {
        this(name, false, false);
    }

    /** A call of {@code rule} that goes on in state {@code returnState} of the calling rule. */
    record Call(Rule rule, int returnState) {}

    void define(short[] classes, int classCount, int[] next, boolean[] accepting, Call[][] calls) {
        if (defined) {
            throw new IllegalStateException("rule " + name + " is defined already");
        }
        defined = true;
        this.classes = classes;
        this.classCount = classCount;
        this.next = next;
        this.accepting = accepting;
        this.calls = calls;
        markCrossings();
    }

    boolean isDefined() {
        return defined;
    }

    /** About how many bytes the rule takes. */
    long size() {
        return 200 + next.length * 4L + accepting.length * 8L + classes.length * 2L;
    }

    int states() {
        return accepting.length;
    }

    /** The state after a symbol, or -1. */
    int next(int state, int symbol) {
        if (symbol >= classes.length) {
            return -1;
        }
        int symbolClass = classes[symbol];
        return symbolClass < 0 ? -1 : next[state * classCount + symbolClass];
    }

    boolean accepts(int state) {
        return accepting[state];
    }

    Call[] calls(int state) {
        return calls[state];
    }

    boolean crosses(int state) {
        return crossing[state];
    }

    /** Whether nothing can follow a state but the rule's end, so that a call returning to it need not return. */
    boolean isFinal(int state) {
        if (!accepting[state] || calls[state].length > 0) {
            return false;
        }
        for (int c = 0; c < classCount; c++) {
            if (next[state * classCount + c] >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether a state has a transition or a call that {@code alive} says can be finished. */
    boolean leadsTo(int state, Network.Productive alive) {
        for (int i = state * classCount, end = i + classCount; i < end; i++) {
            if (next[i] >= 0 && alive.is(this, next[i])) {
                return true;
            }
        }
        for (Call call : calls[state]) {
            if (alive.is(this, call.returnState) && alive.is(call.rule, 0)) {
                return true;
            }
        }
        return false;
    }

    /** Drops the transitions and calls that cannot be finished. Leaves a rule that has none untouched. */
    void keepOnly(Network.Productive alive) {
        boolean changed = false;
        for (int i = 0; i < next.length; i++) {
            if (next[i] >= 0 && !alive.is(this, next[i])) {
                next[i] = -1;
                changed = true;
            }
        }
        for (int state = 0; state < calls.length; state++) {
            Call[] kept = Arrays.stream(calls[state])
                    .filter(call -> alive.is(this, call.returnState) && alive.is(call.rule, 0))
                    .toArray(Call[]::new);
            if (kept.length < calls[state].length) {
                calls[state] = kept;
                changed = true;
            }
        }
        if (changed) {
            markCrossings();
        }
    }

    private void markCrossings() {
        crossing = new boolean[accepting.length];
        for (int state = 0; state < crossing.length; state++) {
            crossing[state] = accepting[state] || calls[state].length > 0;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
