package dev.windlass.engine.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What tests do with grammars: run texts through them, and draw outputs from them. */
final class Walks {
    private Walks() {}

    /** Whether a grammar allows a text, given byte by byte, and then its end. */
    static boolean allows(Grammar grammar, ListedTokenizer tokenizer, String text) {
        TokenConstraint constraint = begin(grammar, text);
        return constraint != null && isAllowed(constraint, tokenizer.end());
    }

    static boolean allowsPrefix(Grammar grammar, String text) {
        return begin(grammar, text) != null;
    }

    private static @org.jspecify.annotations.Nullable TokenConstraint begin(Grammar grammar, String text) {
        TokenConstraint constraint = grammar.start();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (!isAllowed(constraint, b & 0xff)) {
                return null;
            }
            constraint.accept(b & 0xff);
        }
        return constraint;
    }

    static boolean isAllowed(TokenConstraint constraint, int token) {
        return (constraint.allowed()[token >>> 6] & (1L << token)) != 0;
    }

    static List<Integer> allowed(TokenConstraint constraint) {
        var tokens = new ArrayList<Integer>();
        long[] mask = constraint.allowed();
        for (int i = 0; i < mask.length * 64; i++) {
            if ((mask[i >>> 6] & (1L << i)) != 0) {
                tokens.add(i);
            }
        }
        return tokens;
    }

    /**
     * Draws tokens uniformly, and ends as soon as that is allowed once {@code tokens} were drawn; from then on closing
     * bytes are preferred so that walks come to an end.
     */
    static String draw(Grammar grammar, ListedTokenizer tokenizer, Random random, int tokens) {
        TokenConstraint constraint = grammar.start();
        var drawn = new ArrayList<Integer>();
        for (int step = 0; ; step++) {
            List<Integer> allowed = allowed(constraint);
            if (allowed.contains(tokenizer.end())
                    && (allowed.size() == 1 || step >= tokens || random.nextInt(4) == 0)) {
                return tokenizer.decode(
                        drawn.stream().mapToInt(Integer::intValue).toArray(), false);
            }
            if (step > tokens + 3000) {
                throw new AssertionError("no end in sight: "
                        + tokenizer.decode(
                                drawn.stream().mapToInt(Integer::intValue).toArray(), false));
            }
            allowed.remove((Integer) tokenizer.end());
            int token = allowed.get(random.nextInt(allowed.size()));
            if (step >= tokens && random.nextInt(4) > 0) {
                for (char closing : new char[] {'}', ']', '"', ',', '1', 'a'}) {
                    if (allowed.contains((int) closing)) {
                        token = closing;
                        break;
                    }
                }
            }
            constraint.accept(token);
            drawn.add(token);
        }
    }
}
