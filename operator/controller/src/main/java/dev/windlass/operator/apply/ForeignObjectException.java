package dev.windlass.operator.apply;

/** An object of a name that is needed belongs to somebody else; it is left alone. */
public final class ForeignObjectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForeignObjectException(String message) {
        super(message);
    }
}
