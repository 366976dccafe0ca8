package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Phase.Analyzing;
import dev.windlass.operator.rollout.Phase.Forward;
import dev.windlass.operator.rollout.Phase.Held;
import dev.windlass.operator.rollout.Phase.Preparing;
import dev.windlass.operator.rollout.Phase.Returning;
import dev.windlass.operator.rollout.Phase.Rolling;
import dev.windlass.operator.rollout.Phase.Settled;
import dev.windlass.operator.rollout.Phase.Smoking;
import dev.windlass.operator.rollout.Phase.Standby;
import dev.windlass.operator.rollout.Phase.Starting;
import dev.windlass.operator.rollout.Phase.Stepping;
import dev.windlass.operator.rollout.Phase.Stopping;
import dev.windlass.operator.rollout.Phase.Switched;

/**
 * How many replicas stable and candidate have. One idea throughout: the candidate grows into the surge, and the stable
 * revision gives up only what the candidate already serves.
 */
record ReplicaCounts(int stable, int candidate) {
    static ReplicaCounts of(Situation situation, Phase phase) {
        int total = situation.total();
        if (total == 0) {
            return new ReplicaCounts(0, 0);
        }
        return switch (phase) {
            case Settled settled -> new ReplicaCounts(total, 0);
            case Returning returning -> returning(situation, returning.retreat(), total);
            case Held held -> still(situation, held.at(), total);
            case Forward forward ->
                situation.isFrozen() ? still(situation, forward, total) : moving(situation, forward, total);
        };
    }

    /** At least one, and never fewer than its share of the traffic needs. */
    static int canary(int total, int weight) {
        return VariantSlots.share(total, weight);
    }

    private static ReplicaCounts moving(Situation situation, Forward forward, int total) {
        return switch (forward) {
            case Preparing preparing -> new ReplicaCounts(total, 0);
            case Rolling rolling -> shift(situation, total, total, 0);
            case Smoking smoking -> shift(situation, total, 1, total);
            case Stepping stepping -> step(situation, total, stepping.step());
            case Analyzing analyzing -> step(situation, total, analyzing.step());
            case Standby standby -> new ReplicaCounts(total, total);
            case Switched switched -> new ReplicaCounts(total, total);
            case Stopping stopping -> new ReplicaCounts(0, 0);
            case Starting starting -> new ReplicaCounts(0, total);
        };
    }

    private static ReplicaCounts step(Situation situation, int total, int step) {
        int weight = situation.settings().weightOf(step);
        return shift(situation, total, canary(total, weight), Math.ceilDiv(total * (100 - weight), 100));
    }

    /** One move towards {@code target} candidates with at least {@code floor} stable replicas. */
    private static ReplicaCounts shift(Situation situation, int total, int target, int floor) {
        Revision stable = situation.stable();
        Revision candidate = situation.candidate();
        int slack = situation.settings().slack();
        int ceiling = Math.max(total + situation.settings().maxSurge(), floor + target);
        int kept = Math.max(floor, total - slack - Math.min(candidate.routable(), target));
        int room = ceiling - Math.max(stable.pods(), kept);
        int needed = Math.min(candidate.desired(), total - slack - stable.routable());
        int candidates = Math.clamp(Math.max(candidate.desired(), room), 0, Math.max(target, needed));
        int covered = Math.min(candidate.routable(), candidates);
        return new ReplicaCounts(Math.max(0, Math.max(floor, total - slack - covered)), candidates);
    }

    /** No move, but still as many replicas in all as are wanted. */
    private static ReplicaCounts still(Situation situation, Forward forward, int total) {
        Revision stable = situation.stable();
        Revision candidate = situation.candidate();
        int candidates = Math.min(candidate.desired(), total);
        int covered = Math.min(candidate.routable(), candidates);
        return switch (forward) {
            case Rolling rolling -> stillRolling(situation, total, candidates, covered);
            case Stepping stepping -> stillRolling(situation, total, candidates, covered);
            case Analyzing analyzing -> stillRolling(situation, total, candidates, covered);
            case Preparing preparing -> new ReplicaCounts(total, 0);
            case Smoking smoking -> new ReplicaCounts(total, candidates);
            case Standby standby -> new ReplicaCounts(total, candidates);
            case Switched switched -> new ReplicaCounts(total, candidates);
            case Stopping stopping -> new ReplicaCounts(Math.min(stable.desired(), total), candidates);
            case Starting starting -> new ReplicaCounts(0, total);
        };
    }

    private static ReplicaCounts stillRolling(Situation situation, int total, int candidates, int covered) {
        int most = total + situation.settings().maxSurge() - candidates;
        int least = total - situation.settings().slack() - covered;
        return new ReplicaCounts(
                Math.max(0, Math.max(least, Math.min(situation.stable().desired(), most))), candidates);
    }

    private static ReplicaCounts returning(Situation situation, Retreat retreat, int total) {
        Revision stable = situation.stable();
        Revision candidate = situation.candidate();
        return switch (retreat) {
            case Gradual -> {
                int needed = Math.max(0, total - situation.settings().slack() - stable.routable());
                int candidates = Math.min(candidate.desired(), needed);
                int room = total + situation.settings().maxSurge() - Math.max(candidate.pods(), candidates);
                yield new ReplicaCounts(Math.clamp(Math.max(stable.desired(), room), 0, total), candidates);
            }
            case AtOnce -> new ReplicaCounts(total, stable.routable() > 0 ? 0 : candidate.desired());
            case Unserved -> new ReplicaCounts(total, 0);
            case StopFirst -> new ReplicaCounts(candidate.pods() == 0 ? total : Math.min(stable.desired(), total), 0);
        };
    }
}
