package dev.windlass.logging;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a line of a log looks. */
public enum LogFormat {
    /** For people, one line each. */
    TEXT,
    /** For programs that collect logs: a JSON object a line. */
    JSON;

    static LogFormat parse(@Nullable String text) {
        return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
            case "", "text" -> TEXT;
            case "json" -> JSON;
            default ->
                throw new IllegalArgumentException("WINDLASS_LOG_FORMAT: expected text or json, got \"" + text + "\"");
        };
    }
}
