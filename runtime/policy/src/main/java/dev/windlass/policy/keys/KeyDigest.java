package dev.windlass.policy.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a key's bytes in UTF-8. */
public final class KeyDigest {
    private static final int BYTES = 32;

    private final byte[] bytes;

    private KeyDigest(byte[] bytes) {
        this.bytes = bytes;
    }

    public static KeyDigest of(String key) {
        try {
            return new KeyDigest(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Reads 64 hexadecimal digits.
     *
     * @throws IllegalArgumentException where it is something else, without saying what: it may be a key that somebody put there by mistake
     */
    static KeyDigest parse(String hex) {
        try {
            if (hex.length() == 2 * BYTES) {
                return new KeyDigest(HexFormat.of().parseHex(hex));
            }
        } catch (IllegalArgumentException notHexadecimal) {
            // Its message shows what was found.
        }
        throw new IllegalArgumentException(
                "expected the SHA-256 of a key in 64 hexadecimal digits, got %d characters".formatted(hex.length()));
    }

    /** Whether they are the same, in a time that tells nothing of where they differ. */
    boolean isSame(KeyDigest other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    /** 64 hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
        return "a key's digest";
    }
}
