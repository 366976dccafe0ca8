package dev.windlass.operator.desired;

import dev.windlass.api.GoDuration;

/** Durations as Kubernetes counts them. */
final class Seconds {
    private Seconds() {}

    /** Whole seconds, rounded up; at least 1, since 0 often means "the default". */
    static int atLeastOne(GoDuration duration) {
        long seconds = Math.ceilDiv(duration.value().toMillis(), 1000L);
        return (int) Math.clamp(seconds, 1, Integer.MAX_VALUE);
    }
}
