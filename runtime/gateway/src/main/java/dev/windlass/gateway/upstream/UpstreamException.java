package dev.windlass.gateway.upstream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A runtime that did not answer, or not to the end. */
public final class UpstreamException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What a caller decides on. */
    public enum Kind {
        /** No connection came about, so that the request was not seen. */
        Unreachable,
        /** Whoever is there did not prove to be the one expected, or does not want this gateway; the request was not served. */
        Untrusted,
        /** The connection ended too early. */
        Lost,
        /** Nothing came for too long. */
        TimedOut,
        /** What came was no HTTP. */
        Malformed
    }

    public UpstreamException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
