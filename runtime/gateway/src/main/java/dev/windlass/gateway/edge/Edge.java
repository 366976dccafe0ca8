package dev.windlass.gateway.edge;

import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.access.AccessPolicy;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.util.List;

/**
 * What is decided of requests at a gateway.
 *
 * @param policy all policies, in their order
 * @param access the one of them that knows callers, for those who ask which models there are
 * @param series what the policies count
 */
public record Edge(EdgePolicy policy, AccessPolicy access, List<MultiCollector> series) {
    public Edge {
        series = List.copyOf(series);
    }
}
