package dev.windlass.operator.observe;

import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.observe.Pods.Problem;
import dev.windlass.operator.rollout.Revision;
import dev.windlass.operator.rollout.Role;
import dev.windlass.operator.rollout.Trouble;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The revisions of a resource, as the planner takes them.
 *
 * @param troubles since when each revision's present trouble is there; to remember
 */
public record Observation(List<Revision> revisions, Map<String, Instant> troubles) {
    public Observation {
        revisions = List.copyOf(revisions);
    }

    /**
     * Looks at what there is.
     *
     * @param routable how many pods of a revision the gateways can send to; where no gateway is heard, those that are ready
     * @param preparations of the revisions whose model is yet to be made ready
     * @param since the troubles remembered
     */
    public static Observation of(
            Seen seen,
            Function<String, OptionalInt> routable,
            Map<String, Preparation> preparations,
            Map<String, Instant> since,
            Instant now) {
        Set<String> hashes = new LinkedHashSet<>();
        seen.kept().forEach(kept -> hashes.add(Seen.hash(kept)));
        seen.deployments().forEach(deployment -> hashes.add(Seen.hash(deployment)));
        hashes.remove("");
        List<Revision> revisions = new ArrayList<>();
        Map<String, Instant> troubles = new TreeMap<>();
        for (String hash : hashes) {
            List<Pod> pods = seen.pods(hash);
            int ready = (int) pods.stream().filter(Pods::isReady).count();
            Optional<Deployment> deployment = seen.deployment(hash);
            @Nullable Preparation preparation = preparations.get(hash);
            Trouble trouble = problem(pods, preparation)
                    .map(problem -> trouble(hash, problem, since, now))
                    .orElse(null);
            if (trouble != null) {
                troubles.put(key(hash, trouble.kind()), trouble.since());
            }
            revisions.add(new Revision(
                    hash,
                    seen.kept(hash).map(kept -> kept.getRevision()).orElse(Long.MAX_VALUE - 1),
                    deployment.map(Observation::role).orElse(new Role.Retired()),
                    deployment.map(Observation::replicas).orElse(0),
                    pods.size(),
                    ready,
                    Math.min(ready, routable.apply(hash).orElse(ready)),
                    preparation == null,
                    trouble));
        }
        return new Observation(revisions, troubles);
    }

    private static Optional<Problem> problem(List<Pod> pods, @Nullable Preparation preparation) {
        return preparation == null
                ? pods.stream().flatMap(pod -> Pods.problem(pod).stream()).findFirst()
                : Optional.ofNullable(preparation.problem());
    }

    private static Trouble trouble(String hash, Problem problem, Map<String, Instant> since, Instant now) {
        return new Trouble(problem.kind(), since.getOrDefault(key(hash, problem.kind()), now), problem.message());
    }

    private static String key(String hash, Trouble.Kind kind) {
        return hash + "/" + kind;
    }

    private static int replicas(Deployment deployment) {
        Integer replicas = deployment.getSpec().getReplicas();
        return replicas == null ? 1 : replicas;
    }

    /** What a Deployment's label says it is for. */
    private static Role role(Deployment deployment) {
        String label = deployment.getMetadata().getLabels().getOrDefault(Labels.ROLE, "");
        for (LlmDeploymentStatus.Role role : LlmDeploymentStatus.Role.values()) {
            if (role.name().equalsIgnoreCase(label)) {
                return switch (role) {
                    case Stable -> new Role.Stable();
                    case Canary -> new Role.Candidate();
                    case Variant -> new Role.Variant("");
                    case Retiring -> new Role.Retired();
                };
            }
        }
        return new Role.Retired();
    }
}
