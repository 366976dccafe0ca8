package dev.windlass.gateway.operations;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.function.Supplier;

/** Until when the certificate lasts that runtimes are shown. */
public final class RuntimeCertificateSeries implements MultiCollector {
    private final Supplier<Instant> expires;

    public RuntimeCertificateSeries(Supplier<Instant> expires) {
        this.expires = expires;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(GaugeSnapshot.builder()
                .name("windlass_gateway_runtime_certificate_expiry_timestamp_seconds")
                .help("When the certificate that runtimes are shown expires, in seconds since 1970.")
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(expires.get().getEpochSecond())
                        .build())
                .build());
    }
}
