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
 * @param revision what the model's source calls the files that are loaded; absent before they are here, or without a name
 * @param sha256 the digest of the model; absent where nobody looked
 */
public record LoadState(
        Phase phase,
        String model,
        long doneBytes,
        long totalBytes,
        long bytesPerSecond,
        @Nullable Long remainingSeconds,
        @Nullable String revision,
        @Nullable String sha256) {
    /** Of a model of which no more is known. */
    public LoadState(
            Phase phase,
            String model,
            long doneBytes,
            long totalBytes,
            long bytesPerSecond,
            @Nullable Long remainingSeconds) {
        this(phase, model, doneBytes, totalBytes, bytesPerSecond, remainingSeconds, null, null);
    }

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
