package dev.windlass.logging;

import java.io.PrintWriter;
import java.io.Writer;
import java.time.ZoneId;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sets a process's logging up, before anything else: all of it, Helidon's and the JDK's too, goes to the standard error
 * stream. {@code WINDLASS_LOG_FORMAT} is {@code text} or {@code json}; {@code WINDLASS_LOG_LEVEL} a level for Windlass's
 * own loggers, others by name, or both, as in {@code debug,io.helidon=info}.
 */
public final class Logging {
    private static final String OURS = "dev.windlass";

    private static volatile LogFormat format = LogFormat.TEXT;

    private Logging() {}

    /**
     * Applies what the environment says. A {@code java.util.logging.config.file} has its way instead.
     *
     * @throws IllegalArgumentException where the environment makes no sense
     */
    public static void configure(Map<String, String> environment) {
        var wanted = LogFormat.parse(environment.get("WINDLASS_LOG_FORMAT"));
        var levels = LevelList.parse(environment.getOrDefault("WINDLASS_LOG_LEVEL", ""), OURS);
        if (System.getProperty("java.util.logging.config.file") == null) {
            var root = Logger.getLogger("");
            for (Handler handler : root.getHandlers()) {
                root.removeHandler(handler);
            }
            var console = new ConsoleHandler();
            console.setLevel(Level.ALL);
            console.setFormatter(formatter(wanted));
            root.addHandler(console);
            LogLevels.set(LogLevels.ROOT, LogLevel.WARN);
            LogLevels.set(OURS, LogLevel.INFO);
        }
        levels.forEach(LogLevels::set);
        format = wanted;
        if (wanted == LogFormat.JSON) {
            Thread.setDefaultUncaughtExceptionHandler(
                    (thread, thrown) -> LoggerFactory.getLogger(OURS).error("{} died", thread, thrown));
        }
    }

    private static Formatter formatter(LogFormat format) {
        return switch (format) {
            case JSON -> new JsonLines();
            case TEXT -> new TextLines();
        };
    }

    /** How lines look in this process. */
    public static LogFormat format() {
        return format;
    }

    /**
     * Where a process that serves says what it does: the terminal's stream, or the log where that is for programs, so that
     * these see nothing but JSON.
     */
    public static PrintWriter narrator(PrintWriter terminal, org.slf4j.Logger log) {
        return switch (format) {
            case TEXT -> terminal;
            case JSON -> new PrintWriter(new LoggedLines(log), true);
        };
    }

    /**
     * Tells why a process fails, in a line at the terminal, or in the last line of a log that is for programs: what a container said last is
     * what Kubernetes keeps of it, and no more than 2 KiB of that.
     *
     * @param trace where it went wrong, for a log that is for programs; null where that helps nobody
     */
    public static void failure(PrintWriter terminal, org.slf4j.Logger log, String message, @Nullable Throwable trace) {
        switch (format) {
            case TEXT -> {
                terminal.println(message);
                terminal.flush();
            }
            case JSON -> {
                if (trace != null) {
                    log.error("the process broke", trace);
                }
                log.error(message);
            }
        }
    }

    /** For people: time, level, logger, message, and a stack trace below. */
    private static final class TextLines extends Formatter {
        @Override
        public String format(LogRecord line) {
            var trace = line.getThrown() == null ? "" : JsonLines.trace(line.getThrown());
            return "%1$tFT%1$tT.%1$tL %2$s %3$s: %4$s%n%5$s"
                    .formatted(
                            line.getInstant().atZone(ZoneId.systemDefault()),
                            LogLevel.of(line.getLevel()),
                            line.getLoggerName(),
                            formatMessage(line),
                            trace);
        }
    }

    /** Every line that is written, as one of the log's; blank ones are for the eye alone. */
    private static final class LoggedLines extends Writer {
        private final org.slf4j.Logger log;
        private final StringBuilder begun = new StringBuilder();

        LoggedLines(org.slf4j.Logger log) {
            this.log = log;
        }

        @Override
        public void write(char[] characters, int offset, int length) {
            begun.append(characters, offset, length);
            for (int end = begun.indexOf("\n"); end >= 0; end = begun.indexOf("\n")) {
                String line = begun.substring(0, end).strip();
                begun.delete(0, end + 1);
                if (!line.isEmpty()) {
                    log.info(line);
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
