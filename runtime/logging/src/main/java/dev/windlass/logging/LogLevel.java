package dev.windlass.logging;

import java.util.Arrays;
import java.util.Locale;
import java.util.logging.Level;

/** How much a line of a log matters, in the words of SLF4J. */
public enum LogLevel {
    TRACE(Level.FINEST),
    DEBUG(Level.FINE),
    INFO(Level.INFO),
    WARN(Level.WARNING),
    ERROR(Level.SEVERE),
    /** As a bound: nothing is written. */
    OFF(Level.OFF);

    private final Level level;

    LogLevel(Level level) {
        this.level = level;
    }

    Level level() {
        return level;
    }

    /** The name for one of the JDK's levels. */
    static LogLevel of(Level level) {
        for (int i = OFF.ordinal(); i > 0; i--) {
            if (level.intValue() >= values()[i].level.intValue()) {
                return values()[i];
            }
        }
        return TRACE;
    }

    static LogLevel parse(String text) {
        try {
            return valueOf(text.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected a level, one of %s, got \"%s\"".formatted(Arrays.toString(values()), shortened(text)), e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= 50 ? text : text.substring(0, 50) + "…";
    }
}
