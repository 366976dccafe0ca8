package dev.windlass.gateway.edge;

import dev.windlass.policy.access.AccessCounts;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;

/** Callers that were let in and turned away. */
final class AccessSeries implements MultiCollector {
    private final AccessCounts counts;

    AccessSeries(AccessCounts counts) {
        this.counts = counts;
    }

    @Override
    public MetricSnapshots collect() {
        var series = CounterSnapshot.builder()
                .name("windlass_gateway_authentications")
                .help("Requests to models that ask who calls, by what came of it.");
        for (var result : AccessCounts.Result.values()) {
            series.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(Labels.of("result", result.name().toLowerCase(Locale.ROOT)))
                    .value(counts.of(result))
                    .build());
        }
        return MetricSnapshots.of(series.build());
    }
}
