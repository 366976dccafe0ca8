package dev.windlass.gateway.edge;

import dev.windlass.policy.limits.LimitMeter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** Refusals, and how near callers come to them. */
final class LimitSeries implements MultiCollector {
    private final LimitMeter meter;

    LimitSeries(LimitMeter meter) {
        this.meter = meter;
    }

    @Override
    public MetricSnapshots collect() {
        var limited = CounterSnapshot.builder()
                .name("windlass_gateway_limited")
                .help("Requests refused with 429, by the limit that was reached.");
        var used = GaugeSnapshot.builder()
                .name("windlass_gateway_quota_used_ratio")
                .help("The largest share of a quota that any caller had used in the last minute or two.");
        for (var reading : meter.read()) {
            var labels = DeploymentLabels.of(reading.deployment(), "limit", reading.limit());
            limited.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value(reading.limited())
                    .build());
            used.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value(reading.used())
                    .build());
        }
        return MetricSnapshots.of(limited.build(), used.build());
    }
}
