package dev.windlass.logging;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Which lines are written, by the name of the logger: the levels of the JDK's logging, for the whole process. A logger
 * without a level of its own has that of the next one above it; {@code ROOT} is above all.
 */
public final class LogLevels {
    public static final String ROOT = "ROOT";

    /** So many names may be given levels: the JDK keeps each for good. */
    static final int MOST_NAMES = 1000;

    /** The JDK would forget a logger that nobody holds, and its level with it. */
    private static final Map<String, Logger> HELD = new ConcurrentHashMap<>();

    private LogLevels() {}

    /**
     * A logger's level.
     *
     * @param level its own, where it has one
     * @param effectiveLevel what holds: its own, or that of the next one above it
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record State(String name, @Nullable LogLevel level, LogLevel effectiveLevel) {}

    /** The level of a logger, also of one that has written nothing yet. */
    public static State read(String name) {
        String known = requireName(name);
        Level own = own(known);
        Level effective = own;
        for (String at = known; effective == null && !at.equals(ROOT); ) {
            at = above(at);
            effective = own(at);
        }
        return new State(
                known, own == null ? null : LogLevel.of(own), LogLevel.of(effective == null ? Level.INFO : effective));
    }

    /** Every logger with a level of its own, and the one above all. */
    public static Map<String, State> all() {
        var states = new TreeMap<String, State>();
        states.put(ROOT, read(ROOT));
        HELD.forEach((name, logger) -> {
            if (logger.getLevel() != null) {
                states.put(name, read(name));
            }
        });
        return states;
    }

    /**
     * Gives a logger a level, or takes its own away.
     *
     * @param level null for that of the next one above it, which there is not for {@code ROOT}
     */
    public static void set(String name, @Nullable LogLevel level) {
        String known = requireName(name);
        if (level == null && known.equals(ROOT)) {
            throw new IllegalArgumentException(ROOT + ": expected a level, since nothing is above it, got none");
        }
        if (!HELD.containsKey(known) && HELD.size() >= MOST_NAMES) {
            throw new IllegalArgumentException("expected at most %d loggers with levels".formatted(MOST_NAMES));
        }
        HELD.computeIfAbsent(known, made -> Logger.getLogger(made.equals(ROOT) ? "" : made))
                .setLevel(level == null ? null : level.level());
    }

    /** Without making the logger, as asking for it elsewhere would. */
    private static @Nullable Level own(String name) {
        Logger logger = LogManager.getLogManager().getLogger(name.equals(ROOT) ? "" : name);
        return logger == null ? null : logger.getLevel();
    }

    private static String above(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? ROOT : name.substring(0, dot);
    }

    static String requireName(String name) {
        if (name.isEmpty() || name.equalsIgnoreCase(ROOT)) {
            return ROOT;
        }
        if (name.length() > 200 || !name.matches("[\\w$-]+(\\.[\\w$-]+)*")) {
            throw new IllegalArgumentException(
                    "logger: expected a name like dev.windlass.server, of at most 200 characters, got "
                            + (name.length() > 200 ? name.length() + " characters" : "\"" + name + "\""));
        }
        return name;
    }
}
