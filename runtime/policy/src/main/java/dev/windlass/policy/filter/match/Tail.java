package dev.windlass.policy.filter.match;

/** The end of a text that arrives in parts; what nobody needs any more is forgotten. Places count from the text's begin. */
public final class Tail {
    /** Less is not worth moving the rest for. */
    private static final int LEAST_FORGOTTEN = 4096;

    private final StringBuilder kept = new StringBuilder();
    private int begin;

    public void append(String part) {
        kept.append(part);
    }

    public int end() {
        return begin + kept.length();
    }

    char at(int place) {
        return kept.charAt(place - begin);
    }

    int codePointAt(int place) {
        return kept.codePointAt(place - begin);
    }

    /** Whether half a character stands at a place, and the other half has not come yet. */
    boolean isHalf(int place) {
        return place == end() - 1 && Character.isHighSurrogate(at(place));
    }

    public String text(int from, int to) {
        return kept.substring(from - begin, to - begin);
    }

    /** Forgets what is before a place, all but one character, which tells whether a word begins there. */
    public void forget(int place) {
        int unneeded = place - 2 - begin;
        if (unneeded >= LEAST_FORGOTTEN) {
            kept.delete(0, unneeded);
            begin += unneeded;
        }
    }
}
