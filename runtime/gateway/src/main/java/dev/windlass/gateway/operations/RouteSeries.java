package dev.windlass.gateway.operations;

import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.gateway.route.State;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** What the gateway knows at this moment: which models, in which state, whom it can send to, and by which weights. */
final class RouteSeries implements MultiCollector {
    private final CurrentRoutes routes;

    RouteSeries(CurrentRoutes routes) {
        this.routes = routes;
    }

    @Override
    public MetricSnapshots collect() {
        var table = routes.table();
        return MetricSnapshots.of(
                known(table),
                states(table),
                byRevision(
                        table,
                        "open_endpoints",
                        "Endpoints that take requests.",
                        (route, revision) ->
                                route.open().getOrDefault(revision, List.of()).size()),
                byRevision(
                        table,
                        "weight_ratio",
                        "Share of the requests that no rule sends elsewhere, 0 to 1.",
                        (route, revision) -> route.traffic().split().weights().getOrDefault(revision, 0) / 100.0));
    }

    private static GaugeSnapshot known(RouteTable table) {
        return GaugeSnapshot.builder()
                .name("windlass_gateway_routes")
                .help("Deployments that the gateway knows.")
                .dataPoint(point(Labels.EMPTY, table.routes().size()))
                .build();
    }

    private static GaugeSnapshot states(RouteTable table) {
        var series = GaugeSnapshot.builder()
                .name("windlass_gateway_state")
                .help("1 for the state that a deployment is in, 0 for the others.");
        for (var route : table.routes()) {
            for (var state : State.values()) {
                series.dataPoint(point(
                        labels(route).add("state", state.name().toLowerCase(Locale.ROOT)),
                        route.state() == state ? 1 : 0));
            }
        }
        return series.build();
    }

    private static GaugeSnapshot byRevision(
            RouteTable table, String name, String help, BiFunction<Route, String, Number> value) {
        var series = GaugeSnapshot.builder().name("windlass_gateway_" + name).help(help);
        for (var route : table.routes()) {
            var revisions = new TreeSet<>(route.endpoints().keySet());
            revisions.addAll(route.traffic().split().weights().keySet());
            for (String revision : revisions) {
                series.dataPoint(point(
                        labels(route).add("revision", revision),
                        value.apply(route, revision).doubleValue()));
            }
        }
        return series.build();
    }

    private static Labels labels(Route route) {
        return Labels.of(
                "namespace",
                route.deployment().namespace(),
                "name",
                route.deployment().name());
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }
}
