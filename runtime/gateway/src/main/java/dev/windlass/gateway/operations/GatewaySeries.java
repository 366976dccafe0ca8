package dev.windlass.gateway.operations;

import dev.windlass.gateway.measure.DeploymentReading;
import dev.windlass.gateway.measure.HistogramReading;
import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.measure.RevisionReading;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The measurements as series {@code windlass_gateway_*}: the same numbers that the operator reads. */
final class GatewaySeries implements MultiCollector {
    private final Measurements measurements;

    GatewaySeries(Measurements measurements) {
        this.measurements = measurements;
    }

    @Override
    public MetricSnapshots collect() {
        var readings = measurements.read();
        return MetricSnapshots.of(
                counter(readings, "requests", "Requests that ended.", RevisionReading::requests),
                counter(readings, "errors", "Answers with 5xx, and streams that broke.", RevisionReading::errors),
                counter(readings, "client_errors", "Answers with 4xx.", RevisionReading::clientErrors),
                counter(readings, "cancellations", "Clients that left.", RevisionReading::cancellations),
                counter(readings, "retries", "Attempts that began again elsewhere.", RevisionReading::retries),
                counter(readings, "mirrored_requests", "Requests that were copies.", RevisionReading::mirrored),
                counter(readings, "prompt_tokens", "Tokens of prompts, where told.", RevisionReading::promptTokens),
                counter(
                        readings,
                        "generation_tokens",
                        "Tokens generated, where told.",
                        RevisionReading::generatedTokens),
                counter(
                        readings,
                        "filter_blocks",
                        "Answers that the content filter cut off.",
                        RevisionReading::filterBlocks),
                refused(readings),
                held(readings),
                inFlight(readings),
                histogram(
                        readings,
                        "time_to_first_token_seconds",
                        "From sending a request on to the first of its output.",
                        RevisionReading::timeToFirstToken),
                histogram(
                        readings,
                        "inter_token_latency_seconds",
                        "Between events of a stream.",
                        RevisionReading::interTokenLatency));
    }

    private static Labels labels(DeploymentReading deployment) {
        return Labels.of("namespace", deployment.namespace(), "name", deployment.name());
    }

    private static Labels labels(DeploymentReading deployment, RevisionReading revision) {
        return labels(deployment).add("revision", revision.revision());
    }

    private static CounterSnapshot counter(
            List<DeploymentReading> readings, String name, String help, ToDoubleFunction<RevisionReading> value) {
        var series = CounterSnapshot.builder().name("windlass_gateway_" + name).help(help);
        for (var deployment : readings) {
            for (var revision : deployment.revisions()) {
                series.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(labels(deployment, revision))
                        .value(value.applyAsDouble(revision))
                        .build());
            }
        }
        return series.build();
    }

    private static CounterSnapshot refused(List<DeploymentReading> readings) {
        var series = CounterSnapshot.builder()
                .name("windlass_gateway_refused")
                .help("Requests that could neither be sent on nor wait.");
        readings.forEach(deployment -> series.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels(deployment))
                .value(deployment.refused())
                .build()));
        return series.build();
    }

    private static GaugeSnapshot held(List<DeploymentReading> readings) {
        var series = GaugeSnapshot.builder()
                .name("windlass_gateway_held_requests")
                .help("Requests that wait for their model to wake.");
        readings.forEach(deployment -> series.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels(deployment))
                .value(deployment.held())
                .build()));
        return series.build();
    }

    private static GaugeSnapshot inFlight(List<DeploymentReading> readings) {
        var series = GaugeSnapshot.builder()
                .name("windlass_gateway_in_flight_requests")
                .help("Requests that were sent on and have not ended.");
        for (var deployment : readings) {
            for (var revision : deployment.revisions()) {
                series.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(labels(deployment, revision))
                        .value(revision.inFlight())
                        .build());
            }
        }
        return series.build();
    }

    private static HistogramSnapshot histogram(
            List<DeploymentReading> readings,
            String name,
            String help,
            Function<RevisionReading, HistogramReading> value) {
        var series =
                HistogramSnapshot.builder().name("windlass_gateway_" + name).help(help);
        for (var deployment : readings) {
            for (var revision : deployment.revisions()) {
                var reading = value.apply(revision);
                series.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                        .labels(labels(deployment, revision))
                        .classicHistogramBuckets(buckets(reading))
                        .sum(reading.sum())
                        .build());
            }
        }
        return series.build();
    }

    private static ClassicHistogramBuckets buckets(HistogramReading reading) {
        var buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < reading.counts().size(); i++) {
            double bound = i < reading.bounds().size() ? reading.bounds().get(i) : Double.POSITIVE_INFINITY;
            buckets.bucket(bound, reading.counts().get(i));
        }
        return buckets.build();
    }
}
