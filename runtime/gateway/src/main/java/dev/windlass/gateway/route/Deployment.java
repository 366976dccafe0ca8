package dev.windlass.gateway.route;

import dev.windlass.api.traffic.HeaderRule;
import dev.windlass.api.traffic.Mirror;
import dev.windlass.api.traffic.TrafficPolicy;
import dev.windlass.api.traffic.TrafficSplit;
import dev.windlass.policy.EdgeSettings;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway has to know of a deployment, whatever it was read from.
 *
 * @param created who came first owns a name
 * @param servedNames what clients may call it; the deployment's own name where there is none
 * @param model what its runtimes call it
 * @param revisions the first is the base, which users leave as others' weights rise; weights sum to 100
 * @param rules their targets are revisions, or variants
 * @param mirror its target is a revision, or a variant
 * @param edge what it wants of requests before they go anywhere
 * @param suspended whether somebody has switched it off
 * @param draining whether it is being deleted
 */
public record Deployment(
        DeploymentName name,
        Instant created,
        List<String> servedNames,
        String model,
        List<Revision> revisions,
        Sticky sticky,
        List<HeaderRule> rules,
        @Nullable Mirror mirror,
        Balancing balancing,
        HoldLimits hold,
        EdgeSettings edge,
        boolean suspended,
        boolean draining) {
    public Deployment {
        servedNames = servedNames.isEmpty() ? List.of(name.name()) : List.copyOf(servedNames);
        revisions = List.copyOf(revisions);
        rules = List.copyOf(rules);
        Set<String> names = new HashSet<>();
        for (var revision : revisions) {
            if (!names.add(revision.name())) {
                throw new IllegalArgumentException(
                        "%s: expected every revision once, got %s twice".formatted(name, revision.name()));
            }
        }
        int sum = revisions.stream().mapToInt(Revision::weight).sum();
        if (sum != 100) {
            throw new IllegalArgumentException(
                    "%s: expected weights of revisions that sum to 100, got %d".formatted(name, sum));
        }
    }

    /**
     * A revision and its share.
     *
     * @param variant another word for it in rules, such as {@code canary}
     * @param weight percent of the requests; with 0 it gets only those that a rule or a mirror sends, unless it is the base
     */
    public record Revision(String name, @Nullable String variant, int weight) {
        public Revision {
            if (weight < 0 || weight > 100) {
                throw new IllegalArgumentException(
                        "revision %s: expected a weight from 0 to 100, got %d".formatted(name, weight));
            }
        }

        boolean answersTo(String target) {
            return name.equals(target) || target.equals(variant);
        }
    }

    /** Rules whose target does not exist are left out: a canary's rule outlives the canary. */
    TrafficPolicy traffic() {
        var split = new TrafficSplit(
                revisions.getFirst().name(),
                revisions.stream()
                        .skip(1)
                        .filter(revision -> revision.weight() > 0)
                        .map(revision -> new TrafficSplit.Share(revision.name(), revision.weight()))
                        .toList());
        var known = rules.stream()
                .flatMap(rule -> resolve(rule.to()).stream().map(to -> new HeaderRule(rule.headers(), to)))
                .toList();
        return new TrafficPolicy(
                split,
                known,
                mirror == null
                        ? null
                        : resolve(mirror.to()).stream()
                                .findFirst()
                                .map(to -> new Mirror(to, mirror.percent()))
                                .orElse(null));
    }

    /** The revisions that users may meet without having asked for them: one that has proved nothing yet is none. */
    Set<String> serving() {
        return Stream.concat(revisions.stream().limit(1), revisions.stream().filter(revision -> revision.weight() > 0))
                .map(Revision::name)
                .collect(Collectors.toSet());
    }

    private List<String> resolve(String target) {
        return revisions.stream()
                .filter(revision -> revision.answersTo(target))
                .map(Revision::name)
                .limit(1)
                .toList();
    }
}
