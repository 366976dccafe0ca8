package dev.windlass.engine.grammar;

/** Writes characters into an automaton as the bytes they are sent as: UTF-8, and within JSON strings also escapes. */
final class CharacterEncoding {
    static final int LAST = Character.MAX_CODE_POINT;
    private static final int[][] LENGTHS = {{0, 0x7f}, {0x80, 0x7ff}, {0x800, 0xffff}, {0x10000, LAST}};
    private static final String SHORT_ESCAPES = "\b\f\n\r\t";
    private static final String SHORT_LETTERS = "bfnrt";

    private final Nfa nfa;

    CharacterEncoding(Nfa nfa) {
        this.nfa = nfa;
    }

    /** One character of a JSON string in any of its spellings. */
    void anyCharacter(int from, int to) {
        plain(from, 0x20, 0x21, to);
        plain(from, 0x23, 0x5b, to);
        plain(from, 0x5d, LAST, to);
        int escape = nfa.literal(from, "\\");
        for (char c : "\"\\/bfnrt".toCharArray()) {
            nfa.range(escape, c, c, to);
        }
        int unicode = nfa.literal(escape, "u");
        // Outside D800-DFFF four digits are a character; within, two times four are.
        int three = nfa.state();
        nfa.range(unicode, '0', '9', three);
        nfa.range(unicode, 'a', 'c', three);
        nfa.range(unicode, 'A', 'C', three);
        nfa.range(unicode, 'e', 'f', three);
        nfa.range(unicode, 'E', 'F', three);
        int two = nfa.state();
        hexDigit(three, two);
        int one = nfa.state();
        hexDigit(two, one);
        hexDigit(one, to);
        int surrogate = nfa.state();
        nfa.range(unicode, 'd', 'd', surrogate);
        nfa.range(unicode, 'D', 'D', surrogate);
        nfa.range(surrogate, '0', '7', two);
        int high = nfa.state();
        nfa.range(surrogate, '8', '9', high);
        nfa.range(surrogate, 'a', 'b', high);
        nfa.range(surrogate, 'A', 'B', high);
        int highOne = nfa.state();
        hexDigit(high, highOne);
        int highEnd = nfa.state();
        hexDigit(highOne, highEnd);
        int low = nfa.literal(highEnd, "\\u");
        int lowOne = nfa.state();
        nfa.range(low, 'd', 'd', lowOne);
        nfa.range(low, 'D', 'D', lowOne);
        int lowTwo = nfa.state();
        nfa.range(lowOne, 'c', 'f', lowTwo);
        nfa.range(lowOne, 'C', 'F', lowTwo);
        hexDigit(lowTwo, one);
    }

    /** One character of a JSON string as UTF-8 or by an escape of one letter, which takes fewer states. */
    void plainOrShort(int from, int to) {
        plain(from, 0x20, 0x21, to);
        plain(from, 0x23, 0x5b, to);
        plain(from, 0x5d, LAST, to);
        int escape = nfa.literal(from, "\\");
        for (char c : "\"\\/bfnrt".toCharArray()) {
            nfa.range(escape, c, c, to);
        }
    }

    private void hexDigit(int from, int to) {
        nfa.range(from, '0', '9', to);
        nfa.range(from, 'a', 'f', to);
        nfa.range(from, 'A', 'F', to);
    }

    /** The characters {@code low} to {@code high} within a JSON string, each in its one canonical spelling. */
    void escaped(int from, int low, int high, int to) {
        for (int c = low; c <= Math.min(high, 0x1f); c++) {
            int shortEscape = SHORT_ESCAPES.indexOf(c);
            if (shortEscape >= 0) {
                nfa.literal(from, "\\" + SHORT_LETTERS.charAt(shortEscape), to);
            } else {
                nfa.literal(from, "\\u%04X".formatted(c), to);
            }
        }
        for (int special : new int[] {'"', '\\'}) {
            if (low <= special && special <= high) {
                nfa.literal(from, "\\" + (char) special, to);
            }
        }
        plainBetween(from, low, high, 0x20, 0x21, to);
        plainBetween(from, low, high, 0x23, 0x5b, to);
        plainBetween(from, low, high, 0x5d, LAST, to);
    }

    private void plainBetween(int from, int low, int high, int least, int most, int to) {
        if (Math.max(low, least) <= Math.min(high, most)) {
            plain(from, Math.max(low, least), Math.min(high, most), to);
        }
    }

    /** The characters {@code low} to {@code high} as UTF-8; surrogates among them are left out. */
    void plain(int from, int low, int high, int to) {
        if (low <= 0xd7ff && high >= 0xe000) {
            plain(from, low, 0xd7ff, to);
            plain(from, 0xe000, high, to);
            return;
        }
        int first = low >= 0xd800 && low <= 0xdfff ? 0xe000 : low;
        int last = high >= 0xd800 && high <= 0xdfff ? 0xd7ff : high;
        for (int bytes = 1; bytes <= LENGTHS.length; bytes++) {
            int least = Math.max(first, LENGTHS[bytes - 1][0]);
            int most = Math.min(last, LENGTHS[bytes - 1][1]);
            if (least <= most) {
                sameLength(from, least, most, bytes, to);
            }
        }
    }

    /** Splits a range until it is a product of byte ranges. */
    private void sameLength(int from, int low, int high, int bytes, int to) {
        for (int i = 1; i < bytes; i++) {
            int tail = (1 << (6 * i)) - 1;
            if ((low & ~tail) != (high & ~tail)) {
                if ((low & tail) != 0) {
                    sameLength(from, low, low | tail, bytes, to);
                    sameLength(from, (low | tail) + 1, high, bytes, to);
                    return;
                }
                if ((high & tail) != tail) {
                    sameLength(from, low, (high & ~tail) - 1, bytes, to);
                    sameLength(from, high & ~tail, high, bytes, to);
                    return;
                }
            }
        }
        int state = from;
        for (int i = bytes - 1; i >= 0; i--) {
            int next = i == 0 ? to : nfa.state();
            nfa.range(state, byteAt(low, i, bytes), byteAt(high, i, bytes), next);
            state = next;
        }
    }

    /** Byte {@code index}, counted from the last, of a character's UTF-8 in {@code bytes} bytes. */
    private static int byteAt(int character, int index, int bytes) {
        if (bytes == 1) {
            return character;
        }
        int bits = character >>> (6 * index);
        if (index < bytes - 1) {
            return 0x80 | (bits & 0x3f);
        }
        int marker = (0xf00 >>> bytes) & 0xff;
        return marker | bits;
    }
}
