package dev.windlass.engine.grammar;

import dev.windlass.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A tokenizer's tokens as a trie over symbols, flattened in depth-first order so that a walk is a scan that skips the
 * subtrees it has no use for. A symbol is a byte, or a number from {@link #FIRST_SPECIAL} on for a special token, which
 * thereby stands below the root like any other token and is reached only where a grammar names it. Tokens without bytes
 * and tokens that end a text are not in the trie.
 */
final class Vocabulary {
    static final int FIRST_SPECIAL = 256;

    final int words;
    /** The symbol that leads to each node; the root is node 0. */
    final int[] label;
    /** The node after a node's subtree. */
    final int[] skip;

    final int[] depth;
    /** The tokens that end at node i are {@code tokens[firstToken[i]]} to {@code tokens[firstToken[i + 1] - 1]}. */
    final int[] firstToken;

    final int[] tokens;
    final int longest;
    /** The most opening brackets and braces in one token: how much deeper one token can nest JSON. */
    final int mostOpenings;

    private final int[] endTokens;
    private final int[][] symbolsOfToken;
    private final Map<String, Integer> specials = new HashMap<>();

    Vocabulary(Tokenizer tokenizer) {
        int size = tokenizer.vocabularySize();
        words = (size + 63) >>> 6;
        symbolsOfToken = new int[size][];
        endTokens = tokenizer.endTokens().stream()
                .mapToInt(Integer::intValue)
                .filter(id -> id >= 0 && id < size)
                .sorted()
                .toArray();
        if (endTokens.length == 0) {
            throw new GrammarException("constrained output needs a model with an end-of-sequence token; it names none");
        }
        List<Entry> entries = readEntries(tokenizer, size);
        entries.sort((a, b) -> Arrays.compare(a.symbols, b.symbols));
        tokens = entries.stream().mapToInt(Entry::token).toArray();

        var nodes = new Nodes();
        int[] path = new int[0];
        for (int i = 0; i < tokens.length; i++) {
            int[] symbols = entries.get(i).symbols;
            int shared = Math.max(0, Arrays.mismatch(path, symbols));
            if (Arrays.equals(path, symbols)) {
                shared = symbols.length;
            }
            nodes.closeTo(shared);
            for (int d = shared; d < symbols.length; d++) {
                nodes.open(symbols[d], d + 1, i);
            }
            path = symbols;
        }
        nodes.closeTo(-1);
        label = Arrays.copyOf(nodes.label, nodes.count);
        skip = Arrays.copyOf(nodes.skip, nodes.count);
        depth = Arrays.copyOf(nodes.depth, nodes.count);
        firstToken = Arrays.copyOf(nodes.first, nodes.count + 1);
        firstToken[nodes.count] = tokens.length;
        longest = Arrays.stream(depth).max().orElse(0);
        mostOpenings = entries.stream()
                .mapToInt(e -> (int) Arrays.stream(e.symbols)
                        .filter(s -> s == '{' || s == '[')
                        .count())
                .max()
                .orElse(0);
    }

    private List<Entry> readEntries(Tokenizer tokenizer, int size) {
        var entries = new ArrayList<Entry>(size);
        for (int id = 0; id < size; id++) {
            byte[] bytes = tokenizer.bytes(id);
            if (bytes.length == 0 || Arrays.binarySearch(endTokens, id) >= 0) {
                continue;
            }
            int[] symbols;
            if (tokenizer.isSpecial(id)) {
                int symbol = FIRST_SPECIAL + specials.size();
                String name = new String(bytes, StandardCharsets.UTF_8);
                symbol = specials.merge(name, symbol, (known, fresh) -> known);
                symbols = new int[] {symbol};
            } else {
                symbols = new int[bytes.length];
                for (int i = 0; i < bytes.length; i++) {
                    symbols[i] = bytes[i] & 0xff;
                }
            }
            symbolsOfToken[id] = symbols;
            entries.add(new Entry(id, symbols));
        }
        return entries;
    }

    /** The symbols of a token; empty for one that no grammar can follow. */
    int[] symbols(int token) {
        int[] symbols = token >= 0 && token < symbolsOfToken.length ? symbolsOfToken[token] : null;
        return symbols == null ? new int[0] : symbols;
    }

    boolean ends(int token) {
        return Arrays.binarySearch(endTokens, token) >= 0;
    }

    void addEndTokens(long[] mask) {
        for (int id : endTokens) {
            mask[id >>> 6] |= 1L << id;
        }
    }

    /** The symbol of a special token of this spelling. */
    OptionalInt special(String name) {
        Integer symbol = specials.get(name);
        return symbol == null ? OptionalInt.empty() : OptionalInt.of(symbol);
    }

    /** The longest special token that {@code text} holds at {@code from}, or the empty string. */
    String specialAt(String text, int from) {
        String longestName = "";
        for (String name : specials.keySet()) {
            if (name.length() > longestName.length() && text.startsWith(name, from)) {
                longestName = name;
            }
        }
        return longestName;
    }

    boolean hasChildren(int node) {
        return skip[node] > node + 1;
    }

    /** Sets the bits of the tokens that end at a node. */
    void addTokensAt(int node, long[] mask) {
        for (int i = firstToken[node], end = firstToken[node + 1]; i < end; i++) {
            int token = tokens[i];
            mask[token >>> 6] |= 1L << token;
        }
    }

    private record Entry(int token, int[] symbols) {}

    /** The trie under construction. */
    private static final class Nodes {
        private int[] label = new int[1024];
        private int[] skip = new int[1024];
        private int[] depth = new int[1024];
        private int[] first = new int[1024];
        private int count;
        private final ArrayList<Integer> open = new ArrayList<>();

        Nodes() {
            open(-1, 0, 0);
        }

        void open(int symbol, int depthOfNode, int firstToken) {
            if (count + 1 >= label.length) {
                int capacity = label.length * 2;
                label = Arrays.copyOf(label, capacity);
                skip = Arrays.copyOf(skip, capacity);
                depth = Arrays.copyOf(depth, capacity);
                first = Arrays.copyOf(first, capacity);
            }
            label[count] = symbol;
            depth[count] = depthOfNode;
            first[count] = firstToken;
            open.add(count);
            count++;
        }

        /** Ends the subtrees of the open nodes deeper than {@code depthKept}. */
        void closeTo(int depthKept) {
            while (open.size() > depthKept + 1) {
                skip[open.removeLast()] = count;
            }
        }
    }
}
