package dev.windlass.api.traffic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a request's target: the first rule that matches wins, then the weights decide by the request's bucket.
 *
 * @param mirror where copies go, if anywhere
 */
public record TrafficPolicy(
        TrafficSplit split,
        List<HeaderRule> rules,
        @Nullable Mirror mirror) {
    public TrafficPolicy {
        rules = List.copyOf(rules);
    }

    /**
     * What of a request matters here.
     *
     * @param headers names in lower case
     * @param bucket of its sticky key, or any one where it has none
     * @param chance any bucket, new for every request: which ones are mirrored
     */
    public record Request(Map<String, String> headers, Bucket bucket, Bucket chance) {}

    /** Why a request goes where it goes. */
    public enum Cause {
        Rule,
        Weight
    }

    /**
     * The choice.
     *
     * @param mirrorTo who gets a copy
     */
    public record Route(String to, Cause cause, Optional<String> mirrorTo) {}

    /**
     * Chooses among the targets that can be reached; a rule to one that cannot leaves the choice to the weights.
     *
     * @param reachable targets that can be sent to now
     */
    public Route route(Request request, Set<String> reachable) {
        for (HeaderRule rule : rules) {
            if (reachable.contains(rule.to()) && rule.matches(request.headers())) {
                return new Route(rule.to(), Cause.Rule, mirrorTo(rule.to(), request, reachable));
            }
        }
        String target = split.among(reachable).target(request.bucket());
        return new Route(target, Cause.Weight, mirrorTo(target, request, reachable));
    }

    private Optional<String> mirrorTo(String target, Request request, Set<String> reachable) {
        return Optional.ofNullable(mirror)
                .filter(copy -> !copy.to().equals(target) && reachable.contains(copy.to()))
                .filter(copy -> request.chance().number() < copy.percent() * (Bucket.COUNT / 100))
                .map(Mirror::to);
    }
}
