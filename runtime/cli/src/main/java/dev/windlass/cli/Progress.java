package dev.windlass.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far long work has come: a bar with rate and remaining time on a terminal, a line now and then elsewhere, so
 * that a log stays readable.
 */
final class Progress implements AutoCloseable {
    private static final long LINE_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintWriter err;
    private final String task;
    private final boolean bytes;
    private final boolean terminal =
            System.console() != null && System.console().isTerminal();
    private volatile long total;
    private long lastLine = System.nanoTime();
    private ProgressBar bar;
    private long position;

    private Progress(PrintWriter err, String task, long total, boolean bytes) {
        this.err = err;
        this.task = task;
        this.total = total;
        this.bytes = bytes;
        this.bar = bar();
    }

    /** Counts whole things. */
    static Progress steps(PrintWriter err, String task, long total) {
        return new Progress(err, task, total, false);
    }

    /** Counts bytes; a total of 0 is not known yet. */
    static Progress bytes(PrintWriter err, String task, long total) {
        return new Progress(err, task, total, true);
    }

    /** One more is done. */
    synchronized void step() {
        at(position + 1, total);
    }

    /** So much is done of so much. */
    synchronized void at(long done, long of) {
        position = done;
        total = of;
        if (terminal) {
            bar.maxHint(of <= 0 ? -1 : of);
            bar.stepTo(done);
        } else if (System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
            lastLine = System.nanoTime();
            err.printf(
                    Locale.ROOT,
                    "%s: %s of %s (%d %%)%n",
                    task,
                    amount(done),
                    amount(of),
                    of <= 0 ? 0 : 100 * done / of);
            err.flush();
        }
    }

    private String amount(long value) {
        return bytes ? String.format(Locale.ROOT, "%.1f MB", value / 1e6) : Long.toString(value);
    }

    private ProgressBar bar() {
        var builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total <= 0 ? -1 : total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .showSpeed()
                .setConsumer(terminal ? new ConsoleProgressBarConsumer(System.err) : new Discard());
        return (bytes ? builder.setUnit(" MB", 1_000_000) : builder).build();
    }

    @Override
    public synchronized void close() {
        bar.close();
    }

    private static final class Discard implements me.tongfei.progressbar.ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return 80;
        }

        @Override
        public void accept(String rendered) {}

        @Override
        public void close() {}
    }
}
