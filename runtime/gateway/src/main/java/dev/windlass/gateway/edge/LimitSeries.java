package dev.windlass.gateway.edge;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.LimitsSpec.Quota;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Route;
import dev.windlass.policy.limits.LimitMeter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Refusals, and how near callers come to them. */
final class LimitSeries implements MultiCollector {
    private final CurrentRoutes routes;
    private final Function<Route, List<Quota>> ofCallers;
    private final LimitMeter meter;

    /** @param ofCallers quotas that a deployment's callers have in place of its own for each of them */
    LimitSeries(CurrentRoutes routes, Function<Route, List<Quota>> ofCallers, LimitMeter meter) {
        this.routes = routes;
        this.ofCallers = ofCallers;
        this.meter = meter;
    }

    private Set<String> limits(Route route) {
        var limits = route.edge().limits();
        List<Quota> perKey = new ArrayList<>(ofCallers.apply(route));
        var each = limits.perKey();
        // Where nobody asks who calls, nobody is told apart.
        if (each != null && route.edge().auth().mode() != AuthSpec.Mode.None) {
            perKey.add(each);
        }
        return LimitMeter.limits(limits.total(), perKey);
    }

    private Map<Labels, LimitMeter.Reading> readings() {
        Map<Labels, LimitMeter.Reading> readings = new HashMap<>();
        // From nothing, so that rate() sees the first.
        for (var route : routes.table().routes()) {
            String deployment = route.deployment().toString();
            limits(route)
                    .forEach(limit -> readings.put(
                            DeploymentLabels.of(deployment, "limit", limit),
                            new LimitMeter.Reading(deployment, limit, 0, 0)));
        }
        for (var reading : meter.read()) {
            readings.put(DeploymentLabels.of(reading.deployment(), "limit", reading.limit()), reading);
        }
        return readings;
    }

    @Override
    public MetricSnapshots collect() {
        var limited = CounterSnapshot.builder()
                .name("windlass_gateway_limited")
                .help("Requests refused with 429, by the limit that was reached.");
        var used = GaugeSnapshot.builder()
                .name("windlass_gateway_quota_used_ratio")
                .help("The largest share of a quota that any caller had used in the last minute or two.");
        readings().forEach((labels, reading) -> {
            limited.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value(reading.limited())
                    .build());
            used.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value(reading.used())
                    .build());
        });
        return MetricSnapshots.of(limited.build(), used.build());
    }
}
