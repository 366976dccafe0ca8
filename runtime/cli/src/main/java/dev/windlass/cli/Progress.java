package dev.windlass.cli;

import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far long work has come, with its rate and what remains: a bar on a terminal, a line now and then elsewhere,
 * so that a log stays readable.
 */
final class Progress implements AutoCloseable {
    private static final long LINE_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintWriter err;
    private final String task;
    private final boolean bytes;
    private final boolean terminal =
            System.console() != null && System.console().isTerminal();
    private final long start = System.nanoTime();
    private long lastLine = start;
    /** What was done before, say by an earlier download, and so tells nothing about the rate. */
    private long before = -1;

    private long position;
    private long total;
    private @Nullable ProgressBar bar;

    private Progress(PrintWriter err, String task, long total, boolean bytes) {
        this.err = err;
        this.task = task;
        this.total = total;
        this.bytes = bytes;
    }

    /** Counts whole things. */
    static Progress steps(PrintWriter err, String task, long total) {
        var progress = new Progress(err, task, total, false);
        progress.at(0, total);
        return progress;
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
        if (before < 0) {
            before = done;
        }
        if (terminal) {
            if (bar == null) {
                bar = bar();
            }
            bar.maxHint(of <= 0 ? -1 : of);
            bar.stepTo(done);
        } else if (System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
            lastLine = System.nanoTime();
            line(state());
        }
    }

    private void line(String what) {
        err.println(task + what);
        err.flush();
    }

    private String state() {
        if (total <= 0) {
            return "";
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = (position - before) / seconds;
        String left = rate <= 0 ? "" : ", %.0f s left".formatted((total - position) / rate);
        return bytes
                ? String.format(
                        Locale.ROOT,
                        ": %.1f of %.1f MB (%d %%), %.1f MB/s%s",
                        position / 1e6,
                        total / 1e6,
                        100 * position / total,
                        rate / 1e6,
                        left)
                : String.format(Locale.ROOT, ": %d of %d (%d %%)%s", position, total, 100 * position / total, left);
    }

    private ProgressBar bar() {
        var format = new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT));
        var builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total <= 0 ? -1 : total)
                .startsFrom(position, Duration.ZERO)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .showSpeed(format)
                .setConsumer(new VanishingBar());
        return (bytes ? builder.setUnit(" MB", 1_000_000) : builder).build();
    }

    /** In a log, one line remains of work that moved bytes: how many, and how long it took. */
    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        } else if (bytes && !terminal && total > 0 && position > 0) {
            line(String.format(Locale.ROOT, ": %.1f MB in %.1f s", position / 1e6, (System.nanoTime() - start) / 1e9));
        }
    }

    /** Leaves nothing behind, where the library's own would leave an empty line. */
    private static final class VanishingBar extends ConsoleProgressBarConsumer {
        VanishingBar() {
            super(System.err);
        }

        @Override
        public void close() {
            System.err.flush();
        }
    }
}
