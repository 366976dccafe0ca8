package dev.windlass.gateway.edge;

import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.policy.cache.CacheMeter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.Map;

/** How requests fared with the cache of answers. */
final class CacheSeries implements MultiCollector {
    private final CurrentRoutes routes;
    private final CacheMeter meter;

    CacheSeries(CurrentRoutes routes, CacheMeter meter) {
        this.routes = routes;
        this.meter = meter;
    }

    private Map<Labels, Long> counts() {
        Map<Labels, Long> counts = new HashMap<>();
        // From nothing, so that rate() sees the first.
        routes.table().routes().stream()
                .filter(route -> route.edge().responseCache() != null)
                .map(route -> route.deployment().toString())
                .forEach(deployment -> CacheMeter.RESULTS.forEach(
                        result -> counts.put(DeploymentLabels.of(deployment, "result", result), 0L)));
        for (var reading : meter.read()) {
            counts.put(DeploymentLabels.of(reading.deployment(), "result", reading.result()), reading.requests());
        }
        return counts;
    }

    @Override
    public MetricSnapshots collect() {
        var requests = CounterSnapshot.builder()
                .name("windlass_gateway_cache_requests")
                .help("Requests to deployments with a response cache, by how they fared with it.");
        counts().forEach((labels, count) -> requests.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value(count).build()));
        return MetricSnapshots.of(requests.build());
    }
}
