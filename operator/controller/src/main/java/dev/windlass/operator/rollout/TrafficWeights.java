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
import dev.windlass.operator.rollout.VariantSlots.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who gets how much of the traffic: only revisions that may serve and that the gateway can route to. */
final class TrafficWeights {
    private TrafficWeights() {}

    static Map<String, Integer> of(Situation situation, Phase phase, List<Slot> slots) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        int forBase = 100;
        for (Slot slot : slots) {
            if (situation.observed().revision(slot.serving()).routable() > 0) {
                weights.put(slot.serving(), slot.weight());
                forBase -= slot.weight();
            }
        }
        Map<String, Integer> base = base(situation, phase, forBase);
        if (base.isEmpty()) {
            return Apportionment.of(100, weights);
        }
        base.forEach((revision, weight) -> weights.merge(revision, weight, Integer::sum));
        return weights;
    }

    private static Map<String, Integer> base(Situation situation, Phase phase, int forBase) {
        Revision stable = situation.stable();
        Revision candidate = situation.candidate();
        boolean stableServes = stable.routable() > 0;
        boolean candidateServes = candidate != stable && candidate.routable() > 0 && mayServe(phase);
        if (stableServes && candidateServes) {
            int share = Math.clamp(share(situation, phase), 0, 100);
            int weight = Math.round(forBase * share / 100f);
            return Map.of(stable.hash(), forBase - weight, candidate.hash(), weight);
        }
        if (candidateServes) {
            return Map.of(candidate.hash(), forBase);
        }
        return stableServes ? Map.of(stable.hash(), forBase) : Map.of();
    }

    /** Whether the candidate has proved enough to meet a user. */
    private static boolean mayServe(Phase phase) {
        return switch (phase) {
            case Settled settled -> false;
            case Preparing preparing -> false;
            case Smoking smoking -> false;
            case Standby standby -> false;
            case Held(Forward at, Failure failure) -> mayServe(at);
            case Returning returning -> returning.retreat() != Retreat.Unserved;
            case Rolling rolling -> true;
            case Stepping stepping -> true;
            case Analyzing analyzing -> true;
            case Switched switched -> true;
            case Stopping stopping -> true;
            case Starting starting -> true;
        };
    }

    /** The candidate's percent of what stable and candidate share, where both can serve. */
    private static int share(Situation situation, Phase phase) {
        if (situation.isFrozen() && phase instanceof Forward) {
            return lastShare(situation);
        }
        return switch (phase) {
            case Settled settled -> 0;
            case Preparing preparing -> 0;
            case Smoking smoking -> 0;
            case Standby standby -> 0;
            case Stopping stopping -> 0;
            case Held held -> lastShare(situation);
            case Rolling rolling -> Math.max(rolling.minimumWeight(), proportional(situation));
            case Stepping stepping -> carried(situation, stepping.step());
            case Analyzing analyzing -> carried(situation, analyzing.step());
            case Switched switched -> 100;
            case Starting starting -> 100;
            case Returning(String candidate, Retreat retreat, var since) ->
                retreat == Retreat.Gradual ? Math.min(lastShare(situation), proportional(situation)) : 0;
        };
    }

    private static int proportional(Situation situation) {
        int candidate = situation.candidate().routable();
        return Math.round(100f * candidate / (candidate + situation.stable().routable()));
    }

    /** The step's weight, or the part of it that the replicas that are there can carry. */
    private static int carried(Situation situation, int step) {
        int weight = situation.settings().weightOf(step);
        int candidate = situation.candidate().routable();
        int serving = candidate + situation.stable().routable();
        int needed = Math.min(
                ReplicaCounts.canary(situation.total(), weight), Math.max(1, Math.ceilDiv(serving * weight, 100)));
        return candidate >= needed ? weight : weight * candidate / needed;
    }

    /** The candidate's percent of the base as last planned. */
    static int lastShare(Situation situation) {
        int stable = situation.state().weights().getOrDefault(situation.stable().hash(), 0);
        int candidate =
                situation.state().weights().getOrDefault(situation.candidate().hash(), 0);
        return stable + candidate == 0 ? 0 : Math.round(100f * candidate / (stable + candidate));
    }
}
