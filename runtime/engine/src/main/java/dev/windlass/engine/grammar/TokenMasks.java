package dev.windlass.engine.grammar;

import dev.windlass.engine.grammar.Configuration.Item;
import dev.windlass.engine.grammar.Frame.Return;
import dev.windlass.engine.grammar.Rule.Call;
import java.util.Arrays;
import java.util.List;

/**
 * Computes which tokens may follow a configuration, and keeps the answers.
 *
 * <p>The tokens that stay within the rule of a state, or within the rules it calls, do not depend on the stack: they are
 * found once for a state by a walk over the whole trie, with the nodes of the trie at which the rule may end. Only the
 * subtrees of those nodes are walked again, from where the actual stack returns to. Whole configurations are kept too,
 * so that a state met again, by any sequence, costs one look-up. Thread-safe.
 */
final class TokenMasks {
    /** A walk longer than this comes from a grammar so ambiguous that one token has thousands of readings. */
    private static final long LONGEST_WALK = 1L << 26;

    private final Vocabulary vocabulary;
    private final BoundedCache<List<Item>, long[]> wholes;
    private final BoundedCache<StateKey, StateTokens> states;

    TokenMasks(Vocabulary vocabulary, long cacheBytes) {
        this.vocabulary = vocabulary;
        long ofMask = vocabulary.words * (long) Long.BYTES + 200;
        this.wholes = new BoundedCache<>(cacheBytes / 2, mask -> ofMask);
        this.states = new BoundedCache<>(cacheBytes / 2, StateTokens::size);
    }

    private record StateKey(Rule rule, int state) {
        @Override
        public int hashCode() {
            return System.identityHashCode(rule) * 31 + state;
        }
    }

    /** What may follow a state whatever its stack is, and the trie's nodes at which its rule may have ended. */
    private record StateTokens(int[] few, long[] many, int[] ends) {
        long size() {
            return 150 + few.length * 4L + many.length * 8L + ends.length * 4L;
        }

        void addTo(long[] mask) {
            for (int token : few) {
                mask[token >>> 6] |= 1L << token;
            }
            for (int i = 0; i < many.length; i++) {
                mask[i] |= many[i];
            }
        }
    }

    /** The mask of a configuration; shared, never to be changed. */
    long[] of(Configuration configuration) {
        long[] known = wholes.get(configuration.items());
        if (known != null) {
            return known;
        }
        long[] mask = new long[vocabulary.words];
        var walk = new Walk(mask);
        for (Item item : configuration.items()) {
            walk.add(item);
        }
        if (configuration.mayEnd()) {
            vocabulary.addEndTokens(mask);
        }
        if (isEmpty(mask)) {
            throw new GrammarException(
                    "the model's vocabulary has no token to go on with: it cannot spell what the constraint asks for");
        }
        wholes.put(configuration.items(), mask);
        return mask;
    }

    private static boolean isEmpty(long[] mask) {
        for (long word : mask) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    private StateTokens tokensOf(Rule rule, int state) {
        var key = new StateKey(rule, state);
        StateTokens known = states.get(key);
        if (known != null) {
            return known;
        }
        long[] mask = new long[vocabulary.words];
        var walk = new Walk(mask);
        walk.explore(rule, state, Frame.UNKNOWN, 0);
        StateTokens found = summary(mask, Arrays.copyOf(walk.ends, walk.endCount));
        states.put(key, found);
        return found;
    }

    private static StateTokens summary(long[] mask, int[] ends) {
        int count = 0;
        for (long word : mask) {
            count += Long.bitCount(word);
        }
        int[] distinct = Arrays.stream(ends).sorted().distinct().toArray();
        if (count > mask.length * 2) {
            return new StateTokens(new int[0], mask, distinct);
        }
        int[] few = new int[count];
        int size = 0;
        for (int i = 0; i < mask.length; i++) {
            for (long word = mask[i]; word != 0; word &= word - 1) {
                few[size++] = (i << 6) + Long.numberOfTrailingZeros(word);
            }
        }
        return new StateTokens(few, new long[0], distinct);
    }

    /** One computation of a mask. Hot: no allocation but one small array for each rule entered. */
    private final class Walk {
        private final long[] mask;
        private int[] ends = new int[16];
        private int endCount;
        private long steps;

        Walk(long[] mask) {
            this.mask = mask;
        }

        void add(Item item) {
            if (item.frame().depth() + vocabulary.mostOpenings > Configuration.DEEPEST) {
                // What a state allows was found without regard to the bound on nesting.
                explore(item.rule(), item.state(), item.frame(), 0);
                return;
            }
            StateTokens tokens = tokensOf(item.rule(), item.state());
            tokens.addTo(mask);
            for (int node : tokens.ends) {
                for (Return r : item.frame().returns()) {
                    if (node == 0) {
                        add(new Item(r.rule(), r.state(), r.parent()));
                    } else {
                        explore(r.rule(), r.state(), r.parent(), node);
                    }
                }
            }
        }

        /** Adds the tokens below a node of the trie that continue from a state. */
        void explore(Rule rule, int state, Frame frame, int root) {
            if (!vocabulary.hasChildren(root)) {
                return;
            }
            if (rule.crosses(state)) {
                cross(rule, state, frame, root);
            }
            int[] label = vocabulary.label;
            int[] skip = vocabulary.skip;
            int[] depth = vocabulary.depth;
            int base = depth[root];
            int[] path = new int[8];
            path[0] = state;
            int end = skip[root];
            int node = root + 1;
            while (node < end) {
                steps++;
                int level = depth[node] - base;
                int next = rule.next(path[level - 1], label[node]);
                if (next < 0) {
                    node = skip[node];
                    continue;
                }
                if (level == path.length) {
                    path = Arrays.copyOf(path, level * 2);
                }
                path[level] = next;
                vocabulary.addTokensAt(node, mask);
                if (rule.crosses(next) && skip[node] > node + 1) {
                    cross(rule, next, frame, node);
                }
                node++;
            }
            if (steps > LONGEST_WALK) {
                throw new GrammarException("the constraint is too ambiguous to find the tokens that may follow");
            }
        }

        /** Goes on below a node in the rules that a state calls and, where its rule may end, in those it returns to. */
        private void cross(Rule rule, int state, Frame frame, int node) {
            for (Call call : rule.calls(state)) {
                if (call.rule().isDepthLimited && frame.depth() >= Configuration.DEEPEST) {
                    continue;
                }
                Frame callee =
                        rule.isFinal(call.returnState()) ? frame : Frame.returningTo(rule, call.returnState(), frame);
                explore(call.rule(), 0, callee, node);
            }
            if (!rule.accepts(state)) {
                return;
            }
            if (frame == Frame.UNKNOWN) {
                if (endCount == ends.length) {
                    ends = Arrays.copyOf(ends, endCount * 2);
                }
                ends[endCount++] = node;
                return;
            }
            for (Return r : frame.returns()) {
                explore(r.rule(), r.state(), r.parent(), node);
            }
        }
    }
}
