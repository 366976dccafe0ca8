package dev.windlass.model;

import java.io.Serial;

/** A model's files cannot be used; the message is one line that says where and why. */
public final class InvalidModelException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** @param where a file, or a file and the place in it */
    public InvalidModelException(Object where, String reason) {
        super(oneLine(where, reason));
    }

    /** @param where a file, or a file and the place in it */
    public InvalidModelException(Object where, String reason, Throwable cause) {
        super(oneLine(where, reason), cause);
    }

    /** Names come out of files that nobody vouches for: line breaks and control characters do not reach a terminal. */
    private static String oneLine(Object where, String reason) {
        var text = where + ": " + reason;
        var line = new StringBuilder(text.length());
        text.codePoints()
                .limit(2_000)
                .forEach(c ->
                        line.appendCodePoint(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c));
        return line.toString();
    }
}
