package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Phase.Forward;
import dev.windlass.operator.rollout.Phase.Held;
import dev.windlass.operator.rollout.Phase.Returning;
import dev.windlass.operator.rollout.Phase.Smoking;
import dev.windlass.operator.rollout.Phase.Standby;
import dev.windlass.operator.rollout.Phase.Starting;
import dev.windlass.operator.rollout.Phase.Stopping;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What holds of every plan, whatever happened before. */
final class Invariants {
    private Invariants() {}

    static void check(Observed observed, RolloutSettings settings, RolloutPlan plan, Instant now) {
        weightsSumToAHundredOverWhatCanBeRoutedTo(observed, plan);
        noRevisionIsOrphaned(observed, plan);
        atMostTwoServeBesideTheVariants(plan);
        capacityIsNotTakenBeforeItIsReplaced(observed, settings, plan, now);
        historyIsKept(observed, settings, plan);
        unprovenCandidatesMeetNobody(plan);
    }

    private static void weightsSumToAHundredOverWhatCanBeRoutedTo(Observed observed, RolloutPlan plan) {
        int sum = plan.revisions().stream().mapToInt(PlannedRevision::weight).sum();
        Set<String> mayServe = mayServe(plan);
        boolean anyRoutable = observed.revisions().stream()
                .anyMatch(revision -> revision.routable() > 0 && mayServe.contains(revision.hash()));
        check(sum == (anyRoutable ? 100 : 0), () -> "weights sum to " + sum);
        for (PlannedRevision planned : plan.revisions()) {
            check(planned.weight() >= 0, () -> "negative weight: " + planned);
            check(
                    planned.weight() == 0 || observed.revision(planned.hash()).routable() > 0,
                    () -> "weight on what cannot be routed to: " + planned);
        }
    }

    private static Set<String> mayServe(RolloutPlan plan) {
        String stable = String.valueOf(plan.state().stable());
        String candidate = candidateThatMayServe(plan.state().phase());
        Set<String> serving = plan.state().variants().values().stream().collect(Collectors.toSet());
        serving.add(stable);
        if (candidate != null) {
            serving.add(candidate);
        }
        return serving;
    }

    private static @Nullable String candidateThatMayServe(Phase phase) {
        return switch (phase) {
            case Phase.Settled settled -> null;
            case Phase.Preparing preparing -> null;
            case Smoking smoking -> null;
            case Standby standby -> null;
            case Held held -> candidateThatMayServe(held.at());
            case Returning returning -> returning.retreat() == Retreat.Unserved ? null : returning.candidate();
            case Forward forward -> forward.candidate();
        };
    }

    private static void noRevisionIsOrphaned(Observed observed, RolloutPlan plan) {
        Set<String> planned =
                plan.revisions().stream().map(PlannedRevision::hash).collect(Collectors.toSet());
        for (Revision revision : observed.revisions()) {
            check(planned.contains(revision.hash()), () -> "no plan for " + revision);
        }
        for (PlannedRevision revision : plan.revisions()) {
            check(
                    !(revision.role() instanceof Role.Retired) || revision.replicas() == 0,
                    () -> "replicas for what has no part: " + revision);
        }
    }

    private static void atMostTwoServeBesideTheVariants(RolloutPlan plan) {
        long serving = plan.revisions().stream()
                .filter(revision -> !(revision.role() instanceof Role.Variant))
                .filter(revision -> revision.weight() > 0 || revision.replicas() > 0)
                .count();
        check(serving <= 2, () -> "more than two serve: " + plan.revisions());
    }

    private static void capacityIsNotTakenBeforeItIsReplaced(
            Observed observed, RolloutSettings settings, RolloutPlan plan, Instant now) {
        Phase phase = plan.state().phase();
        boolean stops = phase instanceof Stopping
                || phase instanceof Starting
                || phase instanceof Held(Stopping at, Failure failure)
                || phase instanceof Held(Starting at, Failure failure)
                || (phase instanceof Returning(String hash, Retreat retreat, var since)
                        && (retreat == Retreat.StopFirst || retreat == Retreat.AtOnce));
        if (stops || observed.replicas() == 0 || phase instanceof Phase.Settled) {
            return;
        }
        String stable = String.valueOf(plan.state().stable());
        String candidate = String.valueOf(candidateThatMayServe(phase));
        int total = new Situation(observed, settings, now, plan.state(), observed.revision(stable)).total();
        int before = observed.revision(stable).routable()
                + observed.revision(candidate).routable();
        int after = kept(observed, plan, stable) + kept(observed, plan, candidate);
        check(
                after >= Math.min(before, total - settings.slack()),
                () -> "took away serving replicas, %d left of %d: %s".formatted(after, before, plan.revisions()));
    }

    private static int kept(Observed observed, RolloutPlan plan, String hash) {
        return Math.min(observed.revision(hash).routable(), plan.replicas().getOrDefault(hash, 0));
    }

    private static void historyIsKept(Observed observed, RolloutSettings settings, RolloutPlan plan) {
        for (String deleted : plan.delete()) {
            Revision revision = observed.revision(deleted);
            check(
                    revision.isIdle()
                            && revision.routable() == 0
                            && plan.weights().getOrDefault(deleted, 0) == 0,
                    () -> "deletes what serves: " + revision);
            check(
                    !deleted.equals(observed.wanted())
                            && !deleted.equals(plan.state().stable()),
                    () -> "deletes what is needed: " + revision);
        }
        int left = plan.revisions().size() - plan.delete().size();
        check(
                plan.delete().isEmpty() || left >= settings.revisionHistoryLimit(),
                () -> "keeps too little history: " + left);
    }

    private static void unprovenCandidatesMeetNobody(RolloutPlan plan) {
        String candidate = Situation.candidateHash(plan.state().phase());
        if (candidate != null && candidateThatMayServe(plan.state().phase()) == null) {
            int weight = plan.weights().getOrDefault(candidate, 0);
            check(weight == 0, () -> "unproven %s meets users: %d".formatted(candidate, weight));
        }
    }

    private static void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }
}
