package dev.windlass.server.metrics;

import dev.windlass.nvml.GpuReading;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the GPUs do: one reading a scrape, a gauge for each of its values, a data point for each device that tells it. */
final class GpuSeries implements MultiCollector {
    private final Supplier<List<GpuReading>> gpus;

    GpuSeries(Supplier<List<GpuReading>> gpus) {
        this.gpus = gpus;
    }

    @Override
    public MetricSnapshots collect() {
        var readings = gpus.get();
        var series = new ArrayList<MetricSnapshot>();
        add(series, readings, "utilization_ratio", "Share of the time in which it computed.", GpuReading::utilization);
        add(series, readings, "memory_used_bytes", "Memory in use, by whomever.", GpuReading::memoryUsed);
        add(series, readings, "memory_total_bytes", "Memory it has.", GpuReading::memoryTotal);
        add(series, readings, "power_watts", "Power it draws.", GpuReading::power);
        add(series, readings, "temperature_celsius", "Temperature of its core.", GpuReading::temperature);
        return new MetricSnapshots(series);
    }

    private static void add(
            List<MetricSnapshot> series,
            List<GpuReading> readings,
            String name,
            String help,
            Function<GpuReading, OptionalDouble> value) {
        var gauge = GaugeSnapshot.builder().name("windlass_gpu_" + name).help(help);
        boolean any = false;
        for (var reading : readings) {
            var known = value.apply(reading);
            if (known.isPresent()) {
                any = true;
                gauge.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("gpu", Integer.toString(reading.index()), "uuid", reading.uuid()))
                        .value(known.getAsDouble())
                        .build());
            }
        }
        if (any) {
            series.add(gauge.build());
        }
    }
}
