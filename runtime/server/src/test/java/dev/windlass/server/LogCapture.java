package dev.windlass.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What anybody in this process logs while this is open: as a warning or worse, unless it says otherwise. */
public final class LogCapture extends Handler implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Formatter formatter;

    public LogCapture() {
        this(Level.WARNING, new SimpleFormatter());
    }

    LogCapture(Level least, Formatter formatter) {
        this.formatter = formatter;
        setLevel(least);
        Logger.getLogger("").addHandler(this);
    }

    /** The messages, with their stack traces. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord line) {
        if (isLoggable(line)) {
            lines.add(formatter.format(line));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
