package dev.windlass.engine.grammar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a called rule returns to: a node of a graph-structured stack, shared by all configurations that called the rule
 * at one place. It gains returns only while the place it was made at is being closed and is immutable afterwards. Two
 * frames are equal when their stacks are, which is what lets masks be shared between sequences.
 */
final class Frame {
    /** The bottom of a whole output. */
    static final Frame ROOT = new Frame();
    /** Stands for a stack that is not known. */
    static final Frame UNKNOWN = new Frame();

    record Return(Rule rule, int state, Frame parent) {}

    private final List<Return> returns = new ArrayList<>(1);
    private int depth;
    private int hash;

    private Frame() {}

    static Frame returningTo(Rule rule, int state, Frame parent) {
        var frame = new Frame();
        frame.add(rule, state, parent);
        return frame;
    }

    void add(Rule rule, int state, Frame parent) {
        for (Return known : returns) {
            if (known.rule == rule && known.state == state && known.parent == parent) {
                return;
            }
        }
        returns.add(new Return(rule, state, parent));
        depth = Math.max(depth, parent.depth + (rule.isContainer ? 1 : 0));
    }

    List<Return> returns() {
        return returns;
    }

    /** How many JSON objects and arrays are open below. */
    int depth() {
        return depth;
    }

    @Override
    public int hashCode() {
        if (hash == 0 && !returns.isEmpty()) {
            int h = 1;
            for (Return r : returns) {
                h = 31 * (31 * (31 * h + System.identityHashCode(r.rule)) + r.state) + r.parent.hashCode();
            }
            hash = h == 0 ? 1 : h;
        }
        return hash;
    }

    /** Follows the first returns in a loop, since stacks may be deep; further returns must be the same objects. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Frame that)) {
            return false;
        }
        Frame mine = this;
        while (mine != that) {
            if (mine.hashCode() != that.hashCode()
                    || mine.returns.isEmpty()
                    || mine.returns.size() != that.returns.size()) {
                return false;
            }
            for (int i = mine.returns.size() - 1; i >= 0; i--) {
                Return a = mine.returns.get(i);
                Return b = that.returns.get(i);
                if (a.rule != b.rule || a.state != b.state || (i > 0 && a.parent != b.parent)) {
                    return false;
                }
            }
            Frame next = mine.returns.getFirst().parent;
            that = that.returns.getFirst().parent;
            mine = next;
        }
        return true;
    }
}
