package dev.windlass.gateway.operations;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/** How long the certificate lasts that clients are shown. */
public final class CertificateSeries implements MultiCollector {
    private final Supplier<Instant> expires;
    private final InstantSource clock;

    public CertificateSeries(Supplier<Instant> expires, InstantSource clock) {
        this.expires = expires;
        this.clock = clock;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(GaugeSnapshot.builder()
                .name("windlass_gateway_certificate_expiry_seconds")
                .help("Until the certificate that clients are shown expires; below 0 it has.")
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(Duration.between(clock.instant(), expires.get()).toSeconds())
                        .build())
                .build());
    }
}
