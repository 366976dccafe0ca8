package dev.windlass.operator.telemetry;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/** How long certificates last that the operator renews. What this replica knows nothing of has no series. */
final class CertificateSeries implements Collector {
    private final Supplier<Map<String, Instant>> ends;
    private final InstantSource clock;

    CertificateSeries(Supplier<Map<String, Instant>> ends, InstantSource clock) {
        this.ends = ends;
        this.clock = clock;
    }

    @Override
    public MetricSnapshot collect() {
        var series = GaugeSnapshot.builder()
                .name("windlass_operator_certificate_expiry_seconds")
                .help("Until a certificate for TLS to pods ends, of pods the first; below 0 it has.");
        Instant now = clock.instant();
        ends.get()
                .forEach((whose, end) -> series.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("certificate", whose))
                        .value(Duration.between(now, end).toSeconds())
                        .build()));
        return series.build();
    }
}
