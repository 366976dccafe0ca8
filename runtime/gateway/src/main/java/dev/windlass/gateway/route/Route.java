package dev.windlass.gateway.route;

import dev.windlass.api.traffic.TrafficPolicy;
import dev.windlass.policy.EdgeSettings;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the requests of a deployment may go.
 *
 * @param model what its runtimes call it
 * @param edge what it wants of requests before they go anywhere
 * @param endpoints all of them, by revision
 * @param open those that take requests, by revision; revisions without any are not there
 */
public record Route(
        DeploymentName deployment,
        Instant created,
        String model,
        TrafficPolicy traffic,
        Sticky sticky,
        Balancing balancing,
        HoldLimits hold,
        EdgeSettings edge,
        State state,
        Map<String, List<Endpoint>> endpoints,
        Map<String, List<Endpoint>> open) {
    public Route {
        endpoints = Map.copyOf(endpoints);
        open = Map.copyOf(open);
    }

    /** The revisions that can be sent to. */
    public Set<String> reachable() {
        return open.keySet();
    }

    /** Who answers whatever is asked, where no other revision has a share of the users. */
    public Optional<String> soleRevision() {
        List<String> serving = traffic.split().weights().entrySet().stream()
                .filter(share -> share.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
        return serving.size() == 1 && traffic.rules().isEmpty() ? Optional.of(serving.getFirst()) : Optional.empty();
    }

    /** Every endpoint, open or not. */
    public Collection<Endpoint> allEndpoints() {
        return endpoints.values().stream().flatMap(List::stream).toList();
    }
}
