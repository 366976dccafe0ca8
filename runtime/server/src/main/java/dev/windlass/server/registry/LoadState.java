package dev.windlass.server.registry;

import org.jspecify.annotations.Nullable;

/**
 * How far a server is on the way to its first answer, for programs.
 *
 * @param model the one that is being loaded; empty before the first
 * @param doneBytes of the phase; 0 where it does not count bytes
 * @param totalBytes 0 where it is not known
 * @param bytesPerSecond of late
 * @param remainingSeconds of the phase; absent where it is not known
 */
public record LoadState(
        Phase phase,
        String model,
        long doneBytes,
        long totalBytes,
        long bytesPerSecond,
        @Nullable Long remainingSeconds) {
    /** What a server does before it serves, in this order for each model. */
    public enum Phase {
        Downloading,
        Converting,
        Loading,
        Ready
    }

    /** A phase that counts nothing. */
    public static LoadState of(Phase phase, String model) {
        return new LoadState(phase, model, 0, 0, 0, null);
    }
}
