package dev.windlass.operator.observe;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * How far a pod is on the way to its first answer, as it says itself.
 *
 * @param model the name of the one that is being loaded
 * @param total in bytes, of the phase; 0 where nobody knows
 * @param remainingSeconds of the phase; absent where nobody knows
 * @param revision what the model's source calls what was fetched; empty where it has not said
 * @param sha256 the model's digest; empty where nobody looked
 */
public record Loading(
        Phase phase,
        String model,
        long done,
        long total,
        long bytesPerSecond,
        @Nullable Long remainingSeconds,
        String revision,
        String sha256) {
    /** Of a model of which no more is known. */
    public Loading(
            Phase phase, String model, long done, long total, long bytesPerSecond, @Nullable Long remainingSeconds) {
        this(phase, model, done, total, bytesPerSecond, remainingSeconds, "", "");
    }

    /** The pod that will serve first comes last. */
    public static final Comparator<Loading> BY_PROGRESS =
            Comparator.comparing(Loading::phase).thenComparing(Loading::share);

    /** What a pod does before it serves, in this order. */
    public enum Phase {
        Downloading,
        Converting,
        Loading,
        Ready
    }

    private double share() {
        return total <= 0 ? 0 : (double) done / total;
    }

    /** Of a hundred, rounded down so that 100 is the end; absent where the total is not known. */
    public @Nullable Integer percent() {
        return total <= 0 ? null : (int) Math.floor(100 * Math.clamp(share(), 0, 1));
    }
}
