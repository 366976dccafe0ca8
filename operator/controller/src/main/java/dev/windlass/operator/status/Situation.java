package dev.windlass.operator.status;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.observe.Loading;
import dev.windlass.operator.observe.Observation;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.Revision;
import dev.windlass.operator.rollout.RolloutPlan;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.Trouble;
import dev.windlass.operator.scaling.ScalingDecision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a status is made from.
 *
 * @param scaling absent without autoscaling
 * @param memory what is remembered after this decision
 * @param loading how far a revision's foremost pod is that does not serve yet, by hash
 * @param lacking what the spec asks for and this cluster has no definition of, a sentence each
 * @param lacksKeys whether gateways ask for keys and know none that opens it
 * @param stable the stable revision's Deployment as it is wanted
 * @param tls what is known of the certificate of the pods
 */
public record Situation(
        LlmDeployment resource,
        Installation installation,
        Seen seen,
        Observation observed,
        RolloutPlan plan,
        @Nullable ScalingDecision scaling,
        Memory memory,
        Map<String, Loading> loading,
        List<String> lacking,
        boolean lacksKeys,
        @Nullable Deployment stable,
        Tls tls,
        Instant now) {
    public Situation {
        loading = Map.copyOf(loading);
        lacking = List.copyOf(lacking);
    }

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

    /** How far the foremost pod is of those that serve, or shall serve. */
    Optional<Loading> foremost() {
        return serving().stream()
                .flatMap(planned -> Stream.ofNullable(loading.get(planned.hash())))
                .max(Loading.BY_PROGRESS);
    }

    /** A download that is under way: of what shall serve, else of a canary. */
    Optional<Loading> download() {
        return Stream.concat(foremost().stream(), loading.values().stream().sorted(Loading.BY_PROGRESS))
                .filter(one -> one.phase() == Loading.Phase.Downloading)
                .findFirst();
    }

    /** The one that serves; the stable one, if that does. */
    Optional<PlannedRevision> served() {
        return serving().stream()
                .filter(planned -> ready(planned) > 0)
                .max(Comparator.comparing(
                        planned -> planned.role() instanceof dev.windlass.operator.rollout.Role.Stable));
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
