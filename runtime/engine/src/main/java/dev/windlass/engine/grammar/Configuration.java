package dev.windlass.engine.grammar;

import dev.windlass.engine.grammar.Frame.Return;
import dev.windlass.engine.grammar.Rule.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where an output stands in a grammar: the states it may be in after its last symbol, each with the stack of rules to
 * return to. Empty when no output of the grammar begins this way.
 */
record Configuration(List<Item> items) {
    /** How deep JSON whose shape is free may nest. */
    static final int DEEPEST = 64;

    /** State {@code state} of {@code rule}, called from {@code frame}. */
    record Item(Rule rule, int state, Frame frame) {
        @Override
        public int hashCode() {
            return (System.identityHashCode(rule) * 31 + state) * 31 + frame.hashCode();
        }

        boolean is(Rule otherRule, int otherState, Frame otherFrame) {
            return rule == otherRule && state == otherState && frame == otherFrame;
        }
    }

    static Configuration start(Rule root) {
        return new Configuration(List.of(new Item(root, 0, Frame.ROOT)));
    }

    boolean isDead() {
        return items.isEmpty();
    }

    /** Whether the output may end here. */
    boolean mayEnd() {
        for (Item item : items) {
            if (mayEnd(item)) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayEnd(Item item) {
        if (!item.rule.accepts(item.state)) {
            return false;
        }
        if (item.frame == Frame.ROOT) {
            return true;
        }
        for (Return r : item.frame.returns()) {
            if (mayEnd(new Item(r.rule(), r.state(), r.parent()))) {
                return true;
            }
        }
        return false;
    }

    /** The configuration after one more symbol. */
    Configuration after(int symbol) {
        if (items.size() == 1) {
            Item only = items.getFirst();
            if (!only.rule.crosses(only.state)) {
                int next = only.rule.next(only.state, symbol);
                return new Configuration(next < 0 ? List.of() : List.of(new Item(only.rule, next, only.frame)));
            }
        }
        var following = new ArrayList<Item>(items.size());
        for (Item item : closed()) {
            int next = item.rule.next(item.state, symbol);
            if (next >= 0) {
                add(following, item.rule, next, item.frame);
            }
        }
        return new Configuration(following);
    }

    Configuration after(int[] symbols) {
        Configuration configuration = this;
        for (int symbol : symbols) {
            configuration = configuration.after(symbol);
        }
        return configuration;
    }

    /** Adds the starts of the rules that the states call, and the states that finished rules return to. */
    private List<Item> closed() {
        var closed = new ArrayList<>(items);
        // One frame for all the calls of a rule at this place; complete before it is used, as no called rule is empty.
        Map<Rule, Frame> called = new HashMap<>();
        for (int done = 0; done < closed.size(); done++) {
            Item item = closed.get(done);
            if (!item.rule.crosses(item.state)) {
                continue;
            }
            for (Call call : item.rule.calls(item.state)) {
                enter(call, item, closed, called);
            }
            if (item.rule.accepts(item.state)) {
                for (Return r : item.frame.returns()) {
                    add(closed, r.rule(), r.state(), r.parent());
                }
            }
        }
        return closed;
    }

    private static void enter(Call call, Item from, List<Item> closed, Map<Rule, Frame> called) {
        Rule rule = call.rule();
        if (rule.isDepthLimited && from.frame.depth() >= DEEPEST) {
            return;
        }
        if (from.rule.isFinal(call.returnState())) {
            add(closed, rule, 0, from.frame);
            return;
        }
        Frame known = called.get(rule);
        if (known != null) {
            known.add(from.rule, call.returnState(), from.frame);
        } else {
            Frame frame = Frame.returningTo(from.rule, call.returnState(), from.frame);
            called.put(rule, frame);
            add(closed, rule, 0, frame);
        }
    }

    private static void add(List<Item> items, Rule rule, int state, Frame frame) {
        for (Item item : items) {
            if (item.is(rule, state, frame)) {
                return;
            }
        }
        items.add(new Item(rule, state, frame));
    }
}
