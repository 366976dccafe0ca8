package dev.windlass.gateway.edge;

import dev.windlass.policy.cache.CacheMeter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** How requests fared with the cache of answers. */
final class CacheSeries implements MultiCollector {
    private final CacheMeter meter;

    CacheSeries(CacheMeter meter) {
        this.meter = meter;
    }

    @Override
    public MetricSnapshots collect() {
        var requests = CounterSnapshot.builder()
                .name("windlass_gateway_cache_requests")
                .help("Requests to deployments with a response cache, by how they fared with it.");
        for (var reading : meter.read()) {
            requests.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(DeploymentLabels.of(reading.deployment(), "result", reading.result()))
                    .value(reading.requests())
                    .build());
        }
        return MetricSnapshots.of(requests.build());
    }
}
