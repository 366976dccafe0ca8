package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Strategy.OnFailure;
import java.time.Duration;

/**
 * What the spec says about rollouts, and one setting of the operator's own.
 *
 * @param maxSurge replicas allowed beyond those wanted. A canary needs one at least and takes it
 * @param maxUnavailable replicas that may be missing; made use of only where there is no surge
 * @param progressDeadline without progress for so long a rollout has failed
 * @param revisionHistoryLimit idle revisions kept
 * @param paused stops every rollout where it is, its clock too
 * @param troublePatience how long a crashing or failing candidate is given, if that is less than the deadline
 */
public record RolloutSettings(
        Strategy strategy,
        int maxSurge,
        int maxUnavailable,
        Duration progressDeadline,
        int revisionHistoryLimit,
        boolean paused,
        Duration troublePatience) {
    public RolloutSettings {
        if (maxSurge < 0 || maxUnavailable < 0 || revisionHistoryLimit < 0) {
            throw new IllegalArgumentException(
                    "rollout: expected maxSurge, maxUnavailable and revisionHistoryLimit of at least 0, got %d, %d, %d"
                            .formatted(maxSurge, maxUnavailable, revisionHistoryLimit));
        }
        if (maxSurge == 0 && maxUnavailable == 0) {
            maxSurge = 1;
        }
        if (troublePatience.compareTo(progressDeadline) > 0) {
            troublePatience = progressDeadline;
        }
    }

    OnFailure onFailure() {
        return strategy instanceof Strategy.Canary canary ? canary.onFailure() : OnFailure.Rollback;
    }

    /** The replicas a rollout may take away before their replacement serves. */
    int slack() {
        return maxSurge > 0 ? 0 : maxUnavailable;
    }

    /** The share of the canary at a step; past the last one, everything. */
    int weightOf(int step) {
        return strategy instanceof Strategy.Canary canary
                        && step < canary.steps().size()
                ? canary.steps().get(step).weight()
                : 100;
    }
}
