package dev.windlass.policy.filter.match;

import dev.windlass.policy.filter.match.Keywords.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for words. A word that may have begun is a thread through their tree, of which a text has few at a time. */
final class KeywordScan implements Scan {
    /** Between its letters there may be characters that cannot be seen, but not without end. */
    private static final int LONGEST = 1024;

    private final Keywords keywords;
    private List<Thread> threads = new ArrayList<>();
    private List<Thread> spare = new ArrayList<>();
    /** Words that ended with the letter before, if the next one is of another word. */
    private final List<Span> ended = new ArrayList<>();

    private int at;
    /** The letter before; a blank at first. */
    private char last = ' ';

    private record Thread(Node node, int start) {}

    KeywordScan(Keywords keywords) {
        this.keywords = keywords;
    }

    @Override
    public int advance(Tail text, boolean isLast, List<Span> found) {
        int end = text.end();
        while (at < end && (isLast || !text.isHalf(at))) {
            int symbol = text.codePointAt(at);
            int next = at + Character.charCount(symbol);
            if (symbol < 0x7F && symbol > ' ') {
                step(symbol >= 'A' && symbol <= 'Z' ? (char) (symbol + 32) : (char) symbol, next, found);
            } else {
                String folded = Folding.fold(symbol);
                for (int i = 0; i < folded.length(); i++) {
                    step(folded.charAt(i), next, found);
                }
                if (folded.isEmpty()) {
                    giveUp(next, found);
                }
            }
            at = next;
        }
        if (isLast) {
            found.addAll(ended);
            ended.clear();
            threads.clear();
        }
        return settled();
    }

    private int settled() {
        int settled = at;
        for (int i = 0; i < ended.size(); i++) {
            settled = Math.min(settled, ended.get(i).start());
        }
        for (int i = 0; i < threads.size(); i++) {
            settled = Math.min(settled, threads.get(i).start());
        }
        return settled;
    }

    /** After characters that cannot be seen, of which there may be any number. */
    private void giveUp(int next, List<Span> found) {
        threads.removeIf(thread -> next - thread.start() > LONGEST);
        if (!ended.isEmpty() && next - ended.getFirst().end() > LONGEST) {
            found.addAll(ended);
            ended.clear();
        }
    }

    private void step(char letter, int next, List<Span> found) {
        if (letter == ' ' && last == ' ') {
            return;
        }
        boolean isJoined = Folding.isJoined(last, letter);
        if (!ended.isEmpty()) {
            if (!isJoined) {
                found.addAll(ended);
            }
            ended.clear();
        }
        var going = spare;
        for (int i = 0; i < threads.size(); i++) {
            var thread = threads.get(i);
            if (next - thread.start() <= LONGEST) {
                go(thread.node().next(letter), thread.start(), next, going);
            }
        }
        if (!isJoined) {
            go(keywords.root().next(letter), at, next, going);
        }
        spare = threads;
        spare.clear();
        threads = going;
        last = letter;
    }

    private void go(@Nullable Node node, int start, int next, List<Thread> going) {
        if (node == null) {
            return;
        }
        if (node.isWord()) {
            ended.add(new Span(start, next, keywords.placeholder()));
        }
        if (!node.isLeaf()) {
            going.add(new Thread(node, start));
        }
    }
}
