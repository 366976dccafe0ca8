package dev.windlass.gateway.proxy;

/** FNV-1a over the first characters of a prompt. */
final class PrefixHash {
    private static final int LONGEST = 2048;
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private long hash = OFFSET;
    private int length;

    boolean isFull() {
        return length == LONGEST;
    }

    void add(char[] text, int offset, int count) {
        int taken = Math.min(count, LONGEST - length);
        for (int i = 0; i < taken; i++) {
            hash = (hash ^ text[offset + i]) * PRIME;
        }
        length += taken;
    }

    /** Never 0, except where there was nothing. */
    long value() {
        return length == 0 ? 0 : hash | 1;
    }
}
