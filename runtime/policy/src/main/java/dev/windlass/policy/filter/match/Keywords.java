package dev.windlass.policy.filter.match;

import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Words and phrases to look for, as a tree of their letters. Unchanging. */
public final class Keywords {
    private final String placeholder;
    private final Node root;

    private Keywords(String placeholder, Node root) {
        this.placeholder = placeholder;
        this.root = root;
    }

    /** @throws IllegalArgumentException for a word of which nothing can be seen */
    public static Keywords of(String placeholder, Collection<String> words) {
        var tree = new Growing();
        for (String word : words) {
            String folded = Folding.fold(word);
            if (folded.isEmpty()) {
                throw new IllegalArgumentException("a word: expected one that can be seen, got \"%s\"".formatted(word));
            }
            tree.add(folded);
        }
        return new Keywords(placeholder, tree.node());
    }

    public Scan scan() {
        return new KeywordScan(this);
    }

    String placeholder() {
        return placeholder;
    }

    Node root() {
        return root;
    }

    /** What may follow some letters, sorted. */
    static final class Node {
        private final char[] letters;
        private final Node[] next;
        private final boolean isWord;

        private Node(char[] letters, Node[] next, boolean isWord) {
            this.letters = letters;
            this.next = next;
            this.isWord = isWord;
        }

        @Nullable
        Node next(char letter) {
            int low = 0;
            int high = letters.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (letters[middle] == letter) {
                    return next[middle];
                }
                if (letters[middle] < letter) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return null;
        }

        /** Whether a word ends here. */
        boolean isWord() {
            return isWord;
        }

        /** Whether nothing can follow. */
        boolean isLeaf() {
            return letters.length == 0;
        }
    }

    private static final class Growing {
        private final TreeMap<Character, Growing> next = new TreeMap<>();
        private boolean isWord;

        void add(String word) {
            var at = this;
            for (int i = 0; i < word.length(); i++) {
                at = at.next.computeIfAbsent(word.charAt(i), _ -> new Growing());
            }
            at.isWord = true;
        }

        Node node() {
            char[] letters = new char[next.size()];
            Node[] nodes = new Node[next.size()];
            int i = 0;
            for (var entry : next.entrySet()) {
                letters[i] = entry.getKey();
                nodes[i++] = entry.getValue().node();
            }
            return new Node(letters, nodes, isWord);
        }
    }
}
