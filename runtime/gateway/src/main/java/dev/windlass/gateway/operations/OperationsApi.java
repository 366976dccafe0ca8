package dev.windlass.gateway.operations;

import dev.windlass.gateway.balance.Loads;
import dev.windlass.gateway.measure.DeploymentReading;
import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.http.ApiException;
import dev.windlass.http.Bodies;
import dev.windlass.http.LoggersApi;
import dev.windlass.http.Routes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Health and measurements. Probes are answered on the public port too; the rest is nobody's business there. */
public final class OperationsApi {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final CurrentRoutes routes;
    private final Measurements measurements;
    private final Loads loads;
    private final BooleanSupplier isStopping;
    private final Bodies bodies;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    public OperationsApi(
            CurrentRoutes routes, Measurements measurements, Loads loads, BooleanSupplier isStopping, Bodies bodies) {
        this.routes = routes;
        this.measurements = measurements;
        this.loads = loads;
        this.isStopping = isStopping;
        this.bodies = bodies;
        registry.register(new GatewaySeries(measurements));
        registry.register(new RouteSeries(routes));
    }

    /** Shows more series under {@code /metrics}. */
    public void show(MultiCollector series) {
        registry.register(series);
    }

    private record Health(String status) {}

    /** All that the operator reads. */
    private record Reading(
            List<DeploymentReading> deployments,
            List<EndpointReading> endpoints,
            List<RouteTable.Conflict> conflicts,
            List<DeploymentName> keyless) {}

    /** An endpoint as this gateway sees it; one that drains may end when it has nothing in flight. */
    private record EndpointReading(
            String namespace,
            String name,
            String revision,
            String address,
            boolean ready,
            boolean draining,
            int inFlight) {}

    public void registerProbes(Routes paths) {
        paths.get("/health", this::alive);
        paths.get("/ready", this::ready);
    }

    public void register(Routes paths) {
        registerProbes(paths);
        paths.get("/metrics", this::metrics);
        paths.get("/internal/measurements", this::measurements);
        LoggersApi.register(paths);
    }

    private void alive(ServerRequest request, ServerResponse response) {
        bodies.send(request, response, new Health("ok"));
    }

    private void ready(ServerRequest request, ServerResponse response) {
        if (isStopping.getAsBoolean()) {
            throw ApiException.unavailable("shutting_down", "The gateway stops.", RETRY);
        }
        if (!routes.isFilled()) {
            throw ApiException.unavailable("no_routes", "The gateway does not know its routes yet.", RETRY);
        }
        bodies.send(request, response, new Health("ok"));
    }

    private void measurements(ServerRequest request, ServerResponse response) {
        var table = routes.table();
        bodies.send(
                request,
                response,
                new Reading(measurements.read(), endpoints(table), table.conflicts(), measurements.keyless()));
    }

    private List<EndpointReading> endpoints(RouteTable table) {
        return table.routes().stream()
                .flatMap(route -> route.allEndpoints().stream()
                        .map(endpoint -> new EndpointReading(
                                route.deployment().namespace(),
                                route.deployment().name(),
                                endpoint.revision(),
                                endpoint.address(),
                                endpoint.ready(),
                                endpoint.draining(),
                                loads.inFlight(endpoint))))
                .toList();
    }

    private void metrics(ServerRequest request, ServerResponse response) {
        var writer =
                formats.findWriter(request.headers().first(HeaderNames.ACCEPT).orElse(null));
        response.header(HeaderNames.CONTENT_TYPE, writer.getContentType());
        response.send(metrics(writer));
    }

    /** All series in Prometheus' text format. */
    byte[] metrics() {
        return metrics(formats.getPrometheusTextFormatWriter());
    }

    private byte[] metrics(ExpositionFormatWriter writer) {
        var out = new ByteArrayOutputStream(16 * 1024);
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
