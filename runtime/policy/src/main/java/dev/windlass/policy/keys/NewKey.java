package dev.windlass.policy.keys;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * A key that was made a moment ago, which is the only time that its text is known: {@code wl-}, 256 random bits in 43 digits of base 62, and
 * the CRC-32 of all before in 6 more, by which scanners of leaked texts tell a key from a word that looks like one.
 */
public final class NewKey {
    static final String PREFIX = "wl-";
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int BITS = 256;
    /** The fewest that hold 256 bits, and 32. */
    private static final int RANDOM_DIGITS = 43;

    private static final int CHECK_DIGITS = 6;

    private final String text;

    private NewKey(String text) {
        this.text = text;
    }

    public static NewKey make(SecureRandom random) {
        String unchecked = PREFIX + digits(new BigInteger(BITS, random), RANDOM_DIGITS);
        var check = new CRC32();
        check.update(unchecked.getBytes(StandardCharsets.US_ASCII));
        return new NewKey(unchecked + digits(BigInteger.valueOf(check.getValue()), CHECK_DIGITS));
    }

    private static String digits(BigInteger number, int count) {
        var base = BigInteger.valueOf(DIGITS.length());
        var written = new StringBuilder(count);
        for (var rest = number; written.length() < count; rest = rest.divide(base)) {
            written.append(DIGITS.charAt(rest.mod(base).intValueExact()));
        }
        return written.reverse().toString();
    }

    /** The key, to be shown once. */
    public String reveal() {
        return text;
    }

    /** What a Secret keeps of it. */
    public KeyDigest digest() {
        return KeyDigest.of(text);
    }

    @Override
    public String toString() {
        return PREFIX + "…";
    }
}
