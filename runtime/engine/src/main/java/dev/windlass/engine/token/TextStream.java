package dev.windlass.engine.token;

import java.util.Arrays;

/**
 * Tokens to text as they come. A character is given out when its last byte is there; bytes that are no UTF-8 become
 * U+FFFD, one for each longest run that could have begun a character. Not thread-safe.
 *
 * <p>All texts given out, joined, are what {@link Tokenizer#decode} makes of all the tokens.
 */
public final class TextStream {
    private static final char REPLACEMENT = '\uFFFD';
    private static final int LONGEST_CHARACTER = 4;

    private final Tokenizer tokenizer;
    private final boolean skipSpecialTokens;
    private final StringBuilder text = new StringBuilder();
    private byte[] buffer = new byte[64];
    private int held;
    private boolean started;

    /** A stream of a text from its beginning. */
    public TextStream(Tokenizer tokenizer, boolean skipSpecialTokens) {
        this(tokenizer, skipSpecialTokens, false);
    }

    private TextStream(Tokenizer tokenizer, boolean skipSpecialTokens, boolean started) {
        this.tokenizer = tokenizer;
        this.skipSpecialTokens = skipSpecialTokens;
        this.started = started;
    }

    /** A stream of what follows another text, such as a prompt: a leading space separates the two and is kept. */
    public static TextStream continuing(Tokenizer tokenizer, boolean skipSpecialTokens) {
        return new TextStream(tokenizer, skipSpecialTokens, true);
    }

    /** The text that became certain with this token, often empty in the middle of a character. */
    public String append(int id) {
        if (skipSpecialTokens && tokenizer.isSpecial(id)) {
            return "";
        }
        byte[] bytes = tokenizer.bytes(id);
        if (bytes.length == 0) {
            return "";
        }
        if (held + bytes.length > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, held + bytes.length));
        }
        int length = held;
        LeadingSpace leading = started ? LeadingSpace.KEPT : tokenizer.leadingSpace();
        for (int i = 0; i < bytes.length; i++) {
            boolean dropped = bytes[i] == ' '
                    && switch (leading) {
                        case KEPT -> false;
                        case ONE_DROPPED -> i == 0;
                        case FIRST_TOKEN_DROPPED -> true;
                    };
            if (!dropped) {
                buffer[length++] = bytes[i];
            }
        }
        started = true;
        return decode(length);
    }

    /** The end: bytes of a character that never became whole. */
    public String finish() {
        String rest = held == 0 ? "" : String.valueOf(REPLACEMENT);
        held = 0;
        return rest;
    }

    private String decode(int length) {
        text.setLength(0);
        int at = 0;
        while (at < length) {
            int lead = buffer[at] & 0xFF;
            if (lead < 0x80) {
                text.append((char) lead);
                at++;
                continue;
            }
            int size = size(lead);
            int known = 1;
            while (known < size && at + known < length && continues(lead, known, buffer[at + known] & 0xFF)) {
                known++;
            }
            if (size > 0 && known == size) {
                text.appendCodePoint(codePoint(lead, at, size));
            } else if (size > 0 && at + known == length) {
                break;
            } else {
                text.append(REPLACEMENT);
            }
            at += known;
        }
        held = length - at;
        assert held < LONGEST_CHARACTER;
        System.arraycopy(buffer, at, buffer, 0, held);
        return text.toString();
    }

    /** How many bytes the character has that begins with {@code lead}; 0 where none does. */
    private static int size(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    /** Unicode table 3-7: second bytes are bounded so that no character has two spellings and none is a surrogate. */
    private static boolean continues(int lead, int position, int value) {
        int low = 0x80;
        int high = 0xBF;
        if (position == 1) {
            switch (lead) {
                case 0xE0 -> low = 0xA0;
                case 0xED -> high = 0x9F;
                case 0xF0 -> low = 0x90;
                case 0xF4 -> high = 0x8F;
                default -> {}
            }
        }
        return value >= low && value <= high;
    }

    private int codePoint(int lead, int at, int size) {
        int code = lead & (0x7F >> size);
        for (int i = 1; i < size; i++) {
            code = code << 6 | buffer[at + i] & 0x3F;
        }
        return code;
    }
}
