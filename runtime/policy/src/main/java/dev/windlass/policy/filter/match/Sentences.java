package dev.windlass.policy.filter.match;

/**
 * Cuts a text that arrives in parts into sentences. One ends where white space follows its last mark, at an ideographic full stop, at
 * a line's end, and where it is too long.
 */
public final class Sentences {
    private final int longest;
    private final StringBuilder sentence = new StringBuilder();
    private int at;
    private int start;
    private int word = -1;
    private boolean mayEnd;

    /** Gets every sentence once it is whole, and every word of it once it is. */
    public interface Receiver {
        /** A sentence, without white space around it. */
        void sentence(int start, int end, String text);

        /** A word, with the marks that touch it, of the sentence that goes on. */
        default void word(int start, String text) {}
    }

    public Sentences(int longest) {
        this.longest = longest;
    }

    /** Where what is not given out yet as a sentence begins; the text's end where that is nothing. */
    public int open(Tail text) {
        return sentence.isEmpty() ? text.end() : start;
    }

    /** Where the word begins that is not given out yet; the text's end where there is none. */
    public int openWord(Tail text) {
        return word < 0 ? text.end() : word;
    }

    public void advance(Tail text, boolean isLast, Receiver receiver) {
        for (int end = text.end(); at < end; at++) {
            char unit = text.at(at);
            boolean isSpace = Character.isWhitespace(unit) || Character.isSpaceChar(unit);
            if (isSpace) {
                endWord(receiver);
                if (unit == '\n' || mayEnd) {
                    end(receiver);
                }
            } else if (sentence.isEmpty()) {
                start = at;
                word = at;
            } else if (word < 0) {
                word = at;
            }
            if (!isSpace || !sentence.isEmpty()) {
                sentence.append(unit);
            }
            boolean isMark = ".!?…".indexOf(unit) >= 0;
            mayEnd = isMark || (mayEnd && "\"')]»”’".indexOf(unit) >= 0);
            if ("。！？".indexOf(unit) >= 0 || (sentence.length() >= longest && !Character.isHighSurrogate(unit))) {
                at++;
                endWord(receiver);
                end(receiver);
                at--;
            }
        }
        if (isLast) {
            endWord(receiver);
            end(receiver);
        }
    }

    private void endWord(Receiver receiver) {
        if (word >= 0) {
            receiver.word(word, sentence.substring(word - start));
            word = -1;
        }
    }

    private void end(Receiver receiver) {
        String text = sentence.toString().stripTrailing();
        sentence.setLength(0);
        mayEnd = false;
        if (!text.isEmpty()) {
            receiver.sentence(start, start + text.length(), text);
        }
    }
}
