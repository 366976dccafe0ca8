package dev.windlass.model.source;

import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A model could not be had; the message is one line that says from where and why. */
public final class SourceException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What a caller may want to decide on. */
    public enum Reason {
        /** The source wants credentials, or better ones. */
        UNAUTHORIZED,
        /** There is no such model, revision or file. */
        NOT_FOUND,
        /** The disk is too small. */
        NO_SPACE,
        /** The source did not answer, or not in time; trying again later may help. */
        UNREACHABLE,
        /** What came is not what the source says it is. */
        DAMAGED,
        /** It is not the model that was asked for by its digest. */
        MISMATCH,
        /** The source cannot be used here. */
        UNSUPPORTED
    }

    SourceException(Reason reason, Object where, String message) {
        this(reason, where, message, null);
    }

    SourceException(Reason reason, Object where, String message, @Nullable Throwable cause) {
        super((where + ": " + message).replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " "), cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** What a caller may want to decide on. */
    public Reason reason() {
        return reason;
    }
}
