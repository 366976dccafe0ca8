package dev.windlass.server.load;

import dev.windlass.server.load.LoadedModel.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Takes the time of each phase of loading, one after the other. */
final class LoadingTimes {
    private final List<Phase> phases = new ArrayList<>();
    private long since = System.nanoTime();

    /** Says that a phase is over, and with it begins the next. */
    void finished(String phase) {
        long now = System.nanoTime();
        phases.add(new Phase(phase, Duration.ofNanos(now - since)));
        since = now;
    }

    List<Phase> phases() {
        return phases;
    }
}
