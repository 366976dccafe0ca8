package dev.windlass.gateway.edge;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.LimitsSpec.Quota;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Route;
import dev.windlass.policy.keys.KeyAuthenticator;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.stream.Stream;

/** How many keys open each deployment that asks for one: none lets nobody in, and is nearly always a mistake. */
final class KeySeries implements MultiCollector {
    private final CurrentRoutes routes;
    private final KeyAuthenticator keys;

    KeySeries(CurrentRoutes routes, KeyAuthenticator keys) {
        this.routes = routes;
        this.keys = keys;
    }

    private Stream<Route> asking() {
        return routes.table().routes().stream().filter(KeySeries::asks);
    }

    /** Those that keys of a deployment have of their own. */
    List<Quota> quotas(Route route) {
        return asks(route)
                ? keys.quotas(route.deployment().namespace(), route.edge().auth())
                : List.of();
    }

    private static boolean asks(Route route) {
        return route.edge().auth().mode() == AuthSpec.Mode.ApiKey;
    }

    private int inForce(Route route) {
        return keys.inForce(route.deployment().namespace(), route.edge().auth());
    }

    /** Those that no key opens. */
    List<DeploymentName> keyless() {
        return asking().filter(route -> inForce(route) == 0)
                .map(Route::deployment)
                .toList();
    }

    @Override
    public MetricSnapshots collect() {
        var series = GaugeSnapshot.builder()
                .name("windlass_gateway_keys")
                .help("Keys in force that open a deployment which asks for one.");
        asking().forEach(route -> series.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(Labels.of(
                        "namespace",
                        route.deployment().namespace(),
                        "deployment",
                        route.deployment().name()))
                .value(inForce(route))
                .build()));
        return MetricSnapshots.of(series.build());
    }
}
