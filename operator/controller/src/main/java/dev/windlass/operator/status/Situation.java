package dev.windlass.operator.status;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.observe.Observation;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.Revision;
import dev.windlass.operator.rollout.RolloutPlan;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.Trouble;
import dev.windlass.operator.scaling.ScalingDecision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything a status is made from.
 *
 * @param scaling absent without autoscaling
 * @param memory what is remembered after this decision
 */
public record Situation(
        LlmDeployment resource,
        Seen seen,
        Observation observed,
        RolloutPlan plan,
        @Nullable ScalingDecision scaling,
        Memory memory,
        Instant now) {
    Phase phase() {
        return plan.state().phase();
    }

    Optional<Revision> revision(String hash) {
        return observed.revisions().stream()
                .filter(revision -> revision.hash().equals(hash))
                .findFirst();
    }

    int routable(PlannedRevision planned) {
        return revision(planned.hash()).map(Revision::routable).orElse(0);
    }

    int ready(PlannedRevision planned) {
        return revision(planned.hash()).map(Revision::ready).orElse(0);
    }

    int pods(PlannedRevision planned) {
        return revision(planned.hash()).map(Revision::pods).orElse(0);
    }

    /** Those that have users, or shall have some: not a canary on trial. */
    List<PlannedRevision> serving() {
        return plan.revisions().stream()
                .filter(planned -> switch (planned.role()) {
                    case dev.windlass.operator.rollout.Role.Stable stable -> true;
                    case dev.windlass.operator.rollout.Role.Variant variant -> true;
                    case dev.windlass.operator.rollout.Role.Candidate candidate -> planned.weight() > 0;
                    case dev.windlass.operator.rollout.Role.Retired retired -> planned.weight() > 0;
                })
                .toList();
    }

    /** What keeps a revision that serves, or shall serve, and has pods to do so. */
    Optional<Trouble> trouble() {
        return serving().stream()
                .filter(planned -> planned.replicas() > 0)
                .flatMap(planned -> revision(planned.hash()).stream())
                .flatMap(revision -> Optional.ofNullable(revision.trouble()).stream())
                .findFirst();
    }

    boolean isServed() {
        return plan.revisions().stream().anyMatch(planned -> planned.weight() > 0);
    }

    int wantedReplicas() {
        return plan.revisions().stream().mapToInt(PlannedRevision::replicas).sum();
    }

    boolean isSuspended() {
        return resource.spec().suspend();
    }

    /** Without replicas on purpose, and nobody forbade to wake it. */
    boolean isAsleep() {
        return !isSuspended() && memory.replicas() == 0;
    }
}
