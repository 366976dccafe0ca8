package dev.windlass.gateway.edge;

import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.filter.FilterMeter;
import dev.windlass.policy.filter.FilterPolicies;
import dev.windlass.policy.filter.Prospect;
import dev.windlass.policy.filter.Verdict;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the content filter decided, by rule, and how long it took. Forgets deployments that are gone. */
final class FilterCounts implements FilterMeter, MultiCollector {
    private final CurrentRoutes routes;
    private final FilterPolicies policies;
    private final Map<Decided, LongAdder> verdicts = new ConcurrentHashMap<>();
    private final Map<Looked, Times> times = new ConcurrentHashMap<>();
    private volatile @Nullable Measurements measurements;

    private record Decided(DeploymentName deployment, Prospect.Outcome outcome) {}

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

    /** @param policies what may be decided depends on, as it does on routes */
    FilterCounts(CurrentRoutes routes, FilterPolicies policies) {
        this.routes = routes;
        this.policies = policies;
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
        verdicts.computeIfAbsent(
                        new Decided(name(target), new Prospect.Outcome(way, rule, verdict)), _ -> new LongAdder())
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

    /** From nothing: to increase() and to rate() a series that begins with 1 has never grown, and the first would be missed. */
    private void begin(Map<Decided, Long> decided, Map<Looked, Times> took) {
        for (var route : routes.table().routes()) {
            var spec = route.edge().contentFilter();
            if (spec != null) {
                var deployment = route.deployment();
                var prospect = Prospect.of(spec, policies.find(deployment.namespace(), spec));
                prospect.outcomes().forEach(outcome -> decided.put(new Decided(deployment, outcome), 0L));
                prospect.looks().forEach(way -> took.put(new Looked(deployment, way), new Times()));
            }
        }
    }

    @Override
    public MetricSnapshots collect() {
        Map<Decided, Long> decided = new HashMap<>();
        Map<Looked, Times> took = new HashMap<>();
        begin(decided, took);
        verdicts.forEach((of, count) -> decided.put(of, count.sum()));
        took.putAll(times);
        return MetricSnapshots.of(decided(decided), took(took));
    }

    private static CounterSnapshot decided(Map<Decided, Long> counts) {
        var series = CounterSnapshot.builder()
                .name("windlass_gateway_filter_verdicts")
                .help("Matches of the content filter's rules, by what was done about them.");
        counts.forEach((of, count) -> series.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels(of.deployment(), of.outcome().way())
                        .merge(Labels.of(
                                "rule",
                                of.outcome().rule(),
                                "action",
                                of.outcome().verdict().name())))
                .value(count)
                .build()));
        return series.build();
    }

    private static HistogramSnapshot took(Map<Looked, Times> times) {
        var series = HistogramSnapshot.builder()
                .name("windlass_gateway_filter_seconds")
                .help("Time that the content filter took for the texts of a request, or of its answer.");
        times.forEach((of, spent) -> series.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels(of.deployment(), of.way()))
                .classicHistogramBuckets(spent.buckets())
                .sum(spent.nanos.sum() / 1e9)
                .build()));
        return series.build();
    }
}
