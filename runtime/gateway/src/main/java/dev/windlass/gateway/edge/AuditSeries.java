package dev.windlass.gateway.edge;

import dev.windlass.policy.audit.AuditLog;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** Lines of the audit that were written and left out. */
final class AuditSeries implements MultiCollector {
    private final AuditLog log;

    AuditSeries(AuditLog log) {
        this.log = log;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(CounterSnapshot.builder()
                .name("windlass_gateway_audit_records")
                .help("Requests to be audited, by whether they were: dropped is for want of room, or of a disk.")
                .dataPoint(point("written", log.written()))
                .dataPoint(point("dropped", log.dropped()))
                .build());
    }

    private static CounterDataPointSnapshot point(String result, long count) {
        return CounterDataPointSnapshot.builder()
                .labels(Labels.of("result", result))
                .value(count)
                .build();
    }
}
