package dev.windlass.operator.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to do now, whole: apply it, store its state, and plan again when something changes or the time comes.
 *
 * @param revisions for every known revision its role, replicas and weight. The weights sum to 100, or are all 0 when
 *     nothing that may serve can be routed to
 * @param state to store, and to hand to the next plan
 * @param prepare revisions whose model is to be made ready before they get pods; until then their replicas are held back
 * @param delete idle revisions beyond the history limit
 * @param notices what happened, to tell as events
 * @param lookAgain when to plan again even if nothing changes; absent when only a change matters
 */
public record RolloutPlan(
        List<PlannedRevision> revisions,
        RolloutState state,
        Set<String> prepare,
        Set<String> delete,
        List<Notice> notices,
        @Nullable Instant lookAgain) {
    public RolloutPlan {
        revisions = List.copyOf(revisions);
        prepare = Set.copyOf(prepare);
        delete = Set.copyOf(delete);
        notices = List.copyOf(notices);
    }

    /**
     * One revision's part.
     *
     * @param weight percent of the traffic
     */
    public record PlannedRevision(String hash, Role role, int replicas, int weight) {}

    /** The latest verdicts on the canary, one for each metric. */
    public List<Verdict> verdicts() {
        return state.verdicts();
    }

    public Map<String, Integer> weights() {
        return revisions.stream().collect(Collectors.toMap(PlannedRevision::hash, PlannedRevision::weight));
    }

    public Map<String, Integer> replicas() {
        return revisions.stream().collect(Collectors.toMap(PlannedRevision::hash, PlannedRevision::replicas));
    }
}
