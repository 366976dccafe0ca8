package dev.windlass.gateway.edge;

import dev.windlass.gateway.measure.Measurements;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.access.AccessPolicy;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is decided of requests at a gateway.
 *
 * @param policy all policies, in their order
 * @param access the one of them that knows callers, for those who ask which models there are
 * @param series what the policies count
 * @param measured is given what the gateway counts of revisions, for policies that have something to add
 */
public record Edge(
        EdgePolicy policy, AccessPolicy access, List<MultiCollector> series, Consumer<Measurements> measured) {
    public Edge {
        series = List.copyOf(series);
    }

    /** The same with another policy behind all others. */
    public Edge then(EdgePolicy last) {
        return new Edge(EdgePolicy.inOrder(List.of(policy, last)), access, series, measured);
    }
}
