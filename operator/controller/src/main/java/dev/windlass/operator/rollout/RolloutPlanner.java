package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.Transitions.Decision;
import dev.windlass.operator.rollout.VariantSlots.Slot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Plans a rollout: observe, move at most one phase on, then say how many replicas and how much traffic every revision has.
 *
 * <p>The same observation, settings and time always give the same plan, and nothing is remembered but the plan's state: an
 * operator may stop at any point and go on from there.
 */
public final class RolloutPlanner {
    private final Situation situation;
    private final RolloutState next;

    private RolloutPlanner(Situation situation, RolloutState next) {
        this.situation = situation;
        this.next = next;
    }

    public static RolloutPlan plan(Observed observed, RolloutSettings settings, Instant now) {
        Situation before = Situation.of(observed, settings, now);
        Decision decision = Transitions.decide(before);
        RolloutState next = decision.state();
        Situation after = new Situation(observed, settings, now, next, observed.revision(stableOf(next)));
        List<Notice> notices = new ArrayList<>(decision.notices());
        notices.addAll(ignoredInstructions(before));
        return new RolloutPlanner(after, next).plan(notices);
    }

    private RolloutPlan plan(List<Notice> notices) {
        List<Slot> slots = VariantSlots.of(situation, next.phase());
        Map<String, Integer> weights = TrafficWeights.of(situation, next.phase(), slots);
        List<PlannedRevision> revisions = revisions(slots, weights);
        RolloutState stored =
                next.withTraffic(VariantSlots.serving(slots), weights).withHandled(handled());
        return new RolloutPlan(
                revisions,
                stored,
                unprepared(revisions),
                deletable(revisions),
                notices,
                Deadlines.lookAgain(situation, next.phase()));
    }

    /** Those that shall have pods, or will once their model is ready; while a rollout stands still nothing is begun for it. */
    private Set<String> unprepared(List<PlannedRevision> planned) {
        String coming =
                next.phase() instanceof Phase.Preparing preparing && !situation.isFrozen() ? preparing.candidate() : "";
        return planned.stream()
                .filter(revision -> revision.replicas() > 0 || revision.hash().equals(coming))
                .map(PlannedRevision::hash)
                .filter(hash -> !situation.observed().revision(hash).prepared())
                .collect(Collectors.toSet());
    }

    private List<PlannedRevision> revisions(List<Slot> slots, Map<String, Integer> weights) {
        ReplicaCounts counts = ReplicaCounts.of(situation, next.phase());
        Map<String, Role> roles = new LinkedHashMap<>();
        Map<String, Integer> replicas = new LinkedHashMap<>();
        roles.put(stableOf(next), new Role.Stable());
        replicas.put(stableOf(next), counts.stable());
        String candidate = Situation.candidateHash(next.phase());
        if (candidate != null) {
            roles.putIfAbsent(candidate, new Role.Candidate());
            replicas.putIfAbsent(candidate, counts.candidate());
        }
        for (Slot slot : slots) {
            for (String hash :
                    slot.coming() == null ? List.of(slot.serving()) : List.of(slot.serving(), slot.coming())) {
                roles.putIfAbsent(hash, new Role.Variant(slot.name()));
                replicas.merge(hash, slot.replicas(), Math::max);
            }
        }
        Set<String> known = new LinkedHashSet<>(roles.keySet());
        situation.observed().revisions().stream()
                .sorted(Comparator.comparingLong(Revision::order))
                .map(Revision::hash)
                .forEach(known::add);
        return known.stream()
                .map(hash -> new PlannedRevision(
                        hash,
                        roles.getOrDefault(hash, new Role.Retired()),
                        replicas.getOrDefault(hash, 0),
                        weights.getOrDefault(hash, 0)))
                .toList();
    }

    /** The oldest idle revisions beyond the limit; never one that has a part to play, or pods. */
    private Set<String> deletable(List<PlannedRevision> planned) {
        Set<String> retired = planned.stream()
                .filter(revision -> revision.role() instanceof Role.Retired)
                .map(PlannedRevision::hash)
                .collect(Collectors.toSet());
        return situation.observed().revisions().stream()
                .filter(revision -> retired.contains(revision.hash()) && revision.isIdle())
                .filter(revision -> !revision.hash().equals(situation.wanted()))
                .sorted(Comparator.comparingLong(Revision::order).reversed())
                .skip(situation.settings().revisionHistoryLimit())
                .map(Revision::hash)
                .collect(Collectors.toSet());
    }

    /** While a rollout stands still, a promotion waits; all else is done with once it was read. */
    private Instructions handled() {
        Instructions given = situation.observed().instructions();
        boolean waits = situation.isFrozen() && situation.fresh().promotes(situation.wanted());
        return new Instructions(waits ? null : given.promote(), given.abort());
    }

    private static List<Notice> ignoredInstructions(Situation before) {
        String candidate = Situation.candidateHash(before.state().phase());
        List<Notice> ignored = new ArrayList<>();
        String promote = before.fresh().promote();
        if (promote != null && !promote.equals(candidate) && !promote.equals(before.wanted())) {
            ignored.add(Notice.warning("InstructionIgnored", "promote: %s is not on its way".formatted(promote)));
        }
        String abort = before.fresh().abort();
        if (abort != null && !abort.equals(candidate)) {
            ignored.add(Notice.warning("InstructionIgnored", "abort: %s is not on its way".formatted(abort)));
        }
        return ignored;
    }

    private static String stableOf(RolloutState state) {
        String stable = state.stable();
        if (stable == null) {
            throw new IllegalStateException("expected a stable revision once a situation was made, got none");
        }
        return stable;
    }
}
