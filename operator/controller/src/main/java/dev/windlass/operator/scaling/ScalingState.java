package dev.windlass.operator.scaling;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one decision tells the next, stored in the status.
 *
 * @param recommended counts wanted within the scale-down delay, newest last; only those no newer one outbids, so never more
 *     than there are different counts
 * @param idleSince since when no request was seen; absent while there are some, or while nobody knows
 * @param history the last five changes, oldest first
 */
public record ScalingState(
        List<Recommendation> recommended, @Nullable Instant idleSince, List<Change> history) {
    private static final int REMEMBERED = 5;

    public ScalingState {
        recommended = List.copyOf(recommended);
        history = List.copyOf(history);
    }

    /** A count that was wanted. */
    public record Recommendation(int replicas, Instant at) {}

    /** A count that was changed, and why, in words. */
    public record Change(Instant at, int from, int to, String reason) {}

    public static ScalingState initial() {
        return new ScalingState(List.of(), null, List.of());
    }

    ScalingState recommending(int replicas, Instant at, Instant forgotten) {
        List<Recommendation> kept = new ArrayList<>(recommended);
        kept.removeIf(old -> !old.at().isAfter(forgotten) || old.replicas() <= replicas);
        kept.add(new Recommendation(replicas, at));
        return new ScalingState(kept, idleSince, history);
    }

    ScalingState idleSince(@Nullable Instant since) {
        return new ScalingState(recommended, since, history);
    }

    ScalingState forgettingRecommendations() {
        return new ScalingState(List.of(), idleSince, history);
    }

    /** The same, with a change that happened. */
    public ScalingState changed(Change change) {
        List<Change> changes = new ArrayList<>(history);
        changes.add(change);
        return new ScalingState(
                recommended, idleSince, changes.subList(Math.max(0, changes.size() - REMEMBERED), changes.size()));
    }
}
