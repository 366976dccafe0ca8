package dev.windlass.cli;

import dev.windlass.model.artifact.Progress.Phase;
import dev.windlass.server.load.LoadListener;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Shows what loading a model does when it takes long: a bar for the download, one for each phase of the conversion. */
final class LoadProgress implements LoadListener, AutoCloseable {
    private final PrintWriter err;
    private final String model;
    private @Nullable Progress bar;
    private @Nullable String task;

    LoadProgress(PrintWriter err, String model) {
        this.err = err;
        this.model = model;
    }

    @Override
    public synchronized void downloading(long done, long total) {
        show("downloading " + model, done, total);
    }

    @Override
    public synchronized void converting(Phase phase, long done, long total) {
        String what = switch (phase) {
            case WAITING -> "waiting for another conversion of ";
            case DIGESTING -> "reading ";
            case CONVERTING -> "converting ";
            case SYNCING -> "writing ";
        };
        show(what + model, done, total);
    }

    private void show(String what, long done, long total) {
        if (bar == null || !what.equals(task)) {
            close();
            task = what;
            bar = Progress.bytes(err, what, total);
        }
        bar.at(done, total);
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
