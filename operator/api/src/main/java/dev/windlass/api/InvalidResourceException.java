package dev.windlass.api;

/** A resource that cannot be used; the message says which field, what was expected and what was found. */
public final class InvalidResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidResourceException(String message) {
        super(message);
    }
}
