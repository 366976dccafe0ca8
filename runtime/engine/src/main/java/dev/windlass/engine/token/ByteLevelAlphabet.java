package dev.windlass.engine.token;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The alphabet in which byte-level tokenizers spell bytes: a printable character of Latin-1 for itself, characters from
 * U+0100 on for the rest (GPT-2's {@code bytes_to_unicode}).
 */
final class ByteLevelAlphabet {
    private static final short[] BYTES = invert();

    private ByteLevelAlphabet() {}

    private static short[] invert() {
        var bytes = new short[0x100 + 0x100];
        Arrays.fill(bytes, (short) -1);
        int next = 0x100;
        for (int value = 0; value < 0x100; value++) {
            boolean printable = value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
            bytes[printable ? value : next++] = (short) value;
        }
        return bytes;
    }

    /** A token with a character outside the alphabet, such as an added token with a space, stands for itself. */
    static byte[] bytes(String token) {
        var bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= BYTES.length || BYTES[c] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTES[c];
        }
        return bytes;
    }
}
