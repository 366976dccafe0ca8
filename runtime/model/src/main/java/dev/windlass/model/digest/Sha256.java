package dev.windlass.model.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest.
 *
 * @param hex 64 digits in lower case
 */
public record Sha256(String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public Sha256 {
        if (!isOne(hex)) {
            throw new IllegalArgumentException(
                    "expected a SHA-256 digest of 64 hexadecimal digits in lower case, found \"%s\"".formatted(hex));
        }
    }

    public static boolean isOne(String text) {
        return HEX.matcher(text).matches();
    }

    /** The digest of a text's UTF-8. */
    public static Sha256 of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Sha256 of(byte[] bytes) {
        return result(start().digest(bytes));
    }

    static Sha256 result(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** A digest to be fed. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
