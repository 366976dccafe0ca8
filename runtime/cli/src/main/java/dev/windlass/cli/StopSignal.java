package dev.windlass.cli;

import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/** Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends the process at once. */
final class StopSignal {
    private final CountDownLatch asked = new CountDownLatch(1);

    private StopSignal() {}

    /** Takes the signals over for the rest of the process's life. */
    static StopSignal listen() {
        var stop = new StopSignal();
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(name), _ -> {
                if (stop.asked.getCount() == 0) {
                    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
                }
                stop.asked.countDown();
            });
        }
        return stop;
    }

    /** Waits, as long as it takes, to be asked to end. */
    void await() throws InterruptedException {
        asked.await();
    }
}
