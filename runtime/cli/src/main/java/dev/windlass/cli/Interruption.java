package dev.windlass.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/** Ctrl-C in a conversation: it stops the answer that is being given, and else ends the program. */
final class Interruption {
    private final Runnable otherwise;
    private @Nullable Thread answering;
    private boolean stopped;

    /** What Ctrl-C stops. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    private Interruption(Runnable otherwise) {
        this.otherwise = otherwise;
    }

    /** Takes Ctrl-C over for the rest of the process's life. */
    static Interruption listen(Runnable otherwise) {
        var interruption = new Interruption(otherwise);
        Signal.handle(new Signal("INT"), _ -> interruption.arrive());
        return interruption;
    }

    /** @return whether the work came to its end, and was not stopped */
    boolean let(Work work) throws IOException, InterruptedException {
        begin();
        try {
            work.run();
            return true;
        } catch (IOException | InterruptedException problem) {
            if (end()) {
                return false;
            }
            throw problem;
        } finally {
            end();
        }
    }

    private synchronized void begin() {
        stopped = false;
        answering = Thread.currentThread();
    }

    /** From here on Ctrl-C no longer interrupts this thread, and what it did is undone. */
    private synchronized boolean end() {
        answering = null;
        if (stopped) {
            Thread.interrupted();
        }
        return stopped;
    }

    private void arrive() {
        if (!stop()) {
            otherwise.run();
        }
    }

    /** Once: what does not heed it is left with the program. */
    private synchronized boolean stop() {
        if (answering == null || stopped) {
            return false;
        }
        stopped = true;
        answering.interrupt();
        return true;
    }
}
