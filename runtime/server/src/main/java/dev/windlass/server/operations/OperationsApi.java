package dev.windlass.server.operations;

import dev.windlass.http.ApiException;
import dev.windlass.http.Bodies;
import dev.windlass.http.LoggersApi;
import dev.windlass.http.Routes;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.registry.ModelRegistry;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;

/** Health, version and metrics. */
public final class OperationsApi {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final ModelRegistry models;
    private final ServerMetrics metrics;
    private final Bodies bodies;
    private final String version;

    public OperationsApi(ModelRegistry models, ServerMetrics metrics, Bodies bodies, String version) {
        this.models = models;
        this.metrics = metrics;
        this.bodies = bodies;
        this.version = version;
    }

    private record Health(String status) {}

    private record Version(String version) {}

    public void register(Routes routes) {
        routes.get("/health", this::ready);
        routes.get("/health/ready", this::ready);
        routes.get("/health/live", this::live);
        routes.get("/health/loading", (request, response) -> bodies.send(request, response, models.load()));
        routes.get("/version", (request, response) -> bodies.send(request, response, new Version(version)));
        routes.get("/metrics", this::metrics);
        LoggersApi.register(routes);
    }

    /** Ready to serve, or 503 with what is awaited; an engine that broke is not ready again. */
    private void ready(ServerRequest request, ServerResponse response) {
        models.requireReady();
        for (var model : models.models()) {
            if (model.isStopped()) {
                throw ApiException.unavailable(
                        "engine_stopped", "The engine of `%s` does not run any more.".formatted(model.name()), RETRY);
            }
        }
        bodies.send(request, response, new Health("ok"));
    }

    /** Alive as long as it answers. */
    private void live(ServerRequest request, ServerResponse response) {
        bodies.send(request, response, new Health("ok"));
    }

    private void metrics(ServerRequest request, ServerResponse response) {
        var scrape = metrics.scrape(request.headers().first(HeaderNames.ACCEPT).orElse(null));
        response.header(HeaderNames.CONTENT_TYPE, scrape.contentType());
        response.send(scrape.body().toByteArray());
    }
}
