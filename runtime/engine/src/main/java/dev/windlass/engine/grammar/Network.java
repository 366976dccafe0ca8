package dev.windlass.engine.grammar;

import dev.windlass.engine.grammar.Rule.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** All the rules that a rule can reach, made safe to follow. */
final class Network {
    private final List<Rule> rules = new ArrayList<>();

    private Network(Rule root) {

        Set<Rule> seen = new HashSet<>(Set.of(root));
        Deque<Rule> queue = new ArrayDeque<>(seen);
        while (!queue.isEmpty()) {
            Rule rule = queue.remove();
            if (!rule.isDefined()) {
                throw new IllegalStateException("rule " + rule.name + " is called and not defined");
            }
            rules.add(rule);
            for (int state = 0; state < rule.states(); state++) {
                for (Call call : rule.calls(state)) {
                    if (seen.add(call.rule())) {
                        queue.add(call.rule());
                    }
                }
            }
        }
    }

    /**
     * Removes every transition from which no end can be reached, so that being alive means being able to finish.
     *
     * @return about how many bytes the rules take
     * @throws GrammarException if nothing can be produced at all, or if a rule calls itself before any symbol
     */
    static long check(Rule root) {
        var network = new Network(root);
        network.refuseLeftRecursion();
        var productive = new Productive(network.rules);
        if (!productive.is(root, 0)) {
            throw new GrammarException("%s cannot be satisfied: no finite output matches".formatted(root.name));
        }
        long bytes = 0;
        for (Rule rule : network.rules) {
            rule.keepOnly(productive);
            bytes += rule.size();
        }
        return bytes;
    }

    private void refuseLeftRecursion() {
        Map<Rule, Boolean> finished = new HashMap<>();
        for (Rule rule : rules) {
            followStarts(rule, finished);
        }
    }

    private static void followStarts(Rule rule, Map<Rule, Boolean> finished) {
        Boolean state = finished.get(rule);
        if (state != null) {
            if (!state) {
                throw new GrammarException(rule.name + " refers to itself before anything else comes");
            }
            return;
        }
        finished.put(rule, false);
        for (Call call : rule.calls(0)) {
            followStarts(call.rule(), finished);
        }
        finished.put(rule, true);
    }

    /** The states from which the end of their rule can be reached, as a least fixed point. */
    static final class Productive {
        private final Map<Rule, boolean[]> states = new HashMap<>();

        private Productive(List<Rule> rules) {
            for (Rule rule : rules) {
                boolean[] alive = new boolean[rule.states()];
                for (int state = 0; state < alive.length; state++) {
                    alive[state] = rule.accepts(state);
                }
                states.put(rule, alive);
            }
            boolean grew = true;
            while (grew) {
                grew = false;
                for (Rule rule : rules) {
                    grew |= grow(rule);
                }
            }
        }

        private boolean grow(Rule rule) {
            boolean[] alive = ofRule(rule);
            boolean grew = false;
            boolean changed = true;
            while (changed) {
                changed = false;
                // States are numbered away from the start, so going backwards settles a chain in one round.
                for (int state = alive.length - 1; state >= 0; state--) {
                    if (!alive[state] && rule.leadsTo(state, this)) {
                        alive[state] = true;
                        changed = true;
                    }
                }
                grew |= changed;
            }
            return grew;
        }

        boolean is(Rule rule, int state) {
            return ofRule(rule)[state];
        }

        private boolean[] ofRule(Rule rule) {
            return Objects.requireNonNull(states.get(rule), rule.name);
        }
    }
}
