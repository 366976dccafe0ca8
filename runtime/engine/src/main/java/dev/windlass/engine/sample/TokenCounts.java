package dev.windlass.engine.sample;

import java.util.Arrays;

/**
 * How often each token occurred: an open-addressing table as large as the number of different tokens, where an array over
 * the vocabulary would cost every sequence its size.
 */
final class TokenCounts {
    private static final int FREE = -1;

    private int[] tokens = new int[16];
    private int[] counts = new int[16];
    private int size;

    TokenCounts() {
        Arrays.fill(tokens, FREE);
    }

    /** Adds to a token's count; 0 only makes it known. */
    void add(int token, int times) {
        if (2 * size >= tokens.length) {
            grow();
        }
        int place = place(token);
        if (tokens[place] == FREE) {
            tokens[place] = token;
            size++;
        }
        counts[place] += times;
    }

    int count(int token) {
        return counts[place(token)];
    }

    /** How many places there are; each holds a token or none. */
    int places() {
        return tokens.length;
    }

    /** The token of a place, negative when it is free. */
    int tokenAt(int place) {
        return tokens[place];
    }

    int countAt(int place) {
        return counts[place];
    }

    private int place(int token) {
        int mask = tokens.length - 1;
        int place = (token * 0x9E3779B9) >>> 7 & mask;
        while (tokens[place] != token && tokens[place] != FREE) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void grow() {
        int[] oldTokens = tokens;
        int[] oldCounts = counts;
        tokens = new int[2 * oldTokens.length];
        counts = new int[2 * oldTokens.length];
        Arrays.fill(tokens, FREE);
        for (int i = 0; i < oldTokens.length; i++) {
            if (oldTokens[i] != FREE) {
                int place = place(oldTokens[i]);
                tokens[place] = oldTokens[i];
                counts[place] = oldCounts[i];
            }
        }
    }
}
