package dev.windlass.gateway.edge;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.BooleanSupplier;

/** Whether Redis is of use. */
final class RedisSeries implements MultiCollector {
    private final BooleanSupplier isAvailable;

    RedisSeries(BooleanSupplier isAvailable) {
        this.isAvailable = isAvailable;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(GaugeSnapshot.builder()
                .name("windlass_gateway_redis_available")
                .help("1 where Redis answers in time, else 0.")
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value(isAvailable.getAsBoolean() ? 1 : 0)
                        .build())
                .build());
    }
}
