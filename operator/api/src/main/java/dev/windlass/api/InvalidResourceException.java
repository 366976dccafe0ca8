package dev.windlass.api;

import org.jspecify.annotations.Nullable;

/** A resource that cannot be used; the message says which field, what was expected and what was found. */
public final class InvalidResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidResourceException(String message) {
        super(message);
    }

    static void require(boolean holds, String field, String expected, @Nullable Object found) {
        if (!holds) {
            throw new InvalidResourceException("%s: expected %s, got %s".formatted(field, expected, quoted(found)));
        }
    }

    static <T> T require(@Nullable T value, String field, String expected) {
        if (value == null) {
            throw new InvalidResourceException("%s: expected %s, got nothing".formatted(field, expected));
        }
        return value;
    }

    private static String quoted(@Nullable Object found) {
        return switch (found) {
            case null -> "nothing";
            case String text -> '"' + text + '"';
            default -> String.valueOf(found);
        };
    }
}
