package dev.windlass.gateway.edge;

import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.filter.FilterMeter;
import dev.windlass.policy.filter.Verdict;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the content filter decided, by rule, and how long it took. Forgets deployments that are gone. */
final class FilterCounts implements FilterMeter, MultiCollector {
    private final Map<Decided, LongAdder> verdicts = new ConcurrentHashMap<>();
    private final Map<Looked, Times> times = new ConcurrentHashMap<>();
    private volatile @Nullable Measurements measurements;

    private record Decided(DeploymentName deployment, Way way, String rule, Verdict verdict) {}

    private record Looked(DeploymentName deployment, Way way) {}

    /** A histogram of durations. */
    private static final class Times {
        private static final double[] BOUNDS = {
            .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5
        };
        private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        Times() {
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }

        void add(long duration) {
            int bucket = 0;
            while (bucket < BOUNDS.length && duration > BOUNDS[bucket] * 1e9) {
                bucket++;
            }
            counts[bucket].increment();
            nanos.add(duration);
        }

        ClassicHistogramBuckets buckets() {
            var buckets = ClassicHistogramBuckets.builder();
            for (int i = 0; i < counts.length; i++) {
                buckets.bucket(i < BOUNDS.length ? BOUNDS[i] : Double.POSITIVE_INFINITY, counts[i].sum());
            }
            return buckets.build();
        }
    }

    void tell(Measurements told) {
        measurements = told;
    }

    void retain(RouteTable table) {
        Set<DeploymentName> known =
                table.routes().stream().map(Route::deployment).collect(Collectors.toSet());
        verdicts.keySet().removeIf(decided -> !known.contains(decided.deployment()));
        times.keySet().removeIf(looked -> !known.contains(looked.deployment()));
    }

    private static DeploymentName name(Arrival.Target target) {
        return new DeploymentName(target.namespace(), target.deployment());
    }

    @Override
    public void verdict(Arrival.Target target, Way way, String rule, Verdict verdict) {
        verdicts.computeIfAbsent(new Decided(name(target), way, rule, verdict), _ -> new LongAdder())
                .increment();
    }

    @Override
    public void spent(Arrival.Target target, Way way, long nanos) {
        times.computeIfAbsent(new Looked(name(target), way), _ -> new Times()).add(nanos);
    }

    @Override
    public void blocked(Arrival.Target target, String revision) {
        var told = measurements;
        if (told != null) {
            told.of(name(target)).revision(revision).filterBlocked();
        }
    }

    private static Labels labels(DeploymentName deployment, Way way) {
        return Labels.of(
                "namespace",
                deployment.namespace(),
                "deployment",
                deployment.name(),
                "direction",
                way.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public MetricSnapshots collect() {
        var decided = CounterSnapshot.builder()
                .name("windlass_gateway_filter_verdicts")
                .help("Matches of the content filter's rules, by what was done about them.");
        verdicts.forEach((of, count) -> decided.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels(of.deployment(), of.way())
                        .merge(Labels.of(
                                "rule", of.rule(), "action", of.verdict().name())))
                .value(count.sum())
                .build()));
        var took = HistogramSnapshot.builder()
                .name("windlass_gateway_filter_seconds")
                .help("Time that the content filter took for the texts of a request, or of its answer.");
        times.forEach((of, spent) -> took.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels(of.deployment(), of.way()))
                .classicHistogramBuckets(spent.buckets())
                .sum(spent.nanos.sum() / 1e9)
                .build()));
        return MetricSnapshots.of(decided.build(), took.build());
    }
}
