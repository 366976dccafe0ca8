package dev.windlass.server;

import dev.windlass.http.Bodies;
import dev.windlass.http.Errors;
import dev.windlass.http.Guard;
import dev.windlass.http.HttpServer;
import dev.windlass.http.InFlight;
import dev.windlass.http.Json;
import dev.windlass.http.Routes;
import dev.windlass.server.dashboard.Dashboard;
import dev.windlass.server.encode.EncoderApi;
import dev.windlass.server.metrics.RequestTimer;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.openai.OpenAiApi;
import dev.windlass.server.operations.OperationsApi;
import dev.windlass.server.registry.ModelRegistry;
import io.helidon.webserver.http.Filter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/**
 * The runtime's HTTP server. It serves the models of a registry and leaves them, and their engines, to whoever made
 * them: close the server first, then the engines.
 */
public final class WindlassServer implements AutoCloseable {
    /** How long what was cut gets to tell its client so. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final HttpServer web;
    private final ModelRegistry registry;
    private final InFlight inFlight;
    private final Cut cut;

    /** Whether streams must end now. */
    private static final class Cut {
        private volatile boolean now;
    }

    private WindlassServer(HttpServer web, ModelRegistry registry, InFlight inFlight, Cut cut) {
        this.web = web;
        this.registry = registry;
        this.inFlight = inFlight;
        this.cut = cut;
    }

    /** Starts to listen, with nothing around its routes but what they need. */
    public static WindlassServer start(ServerOptions options, ModelRegistry registry, ServerMetrics metrics) {
        return start(options, registry, metrics, List.of());
    }

    /**
     * Starts to listen. The registry may still be loading.
     *
     * @param metrics what {@code /metrics} shows; the engines of the registry's models report to its listeners
     * @param around what else surrounds the routes, the outermost first
     * @throws java.io.UncheckedIOException when the address cannot be bound
     */
    public static WindlassServer start(
            ServerOptions options, ModelRegistry registry, ServerMetrics metrics, List<Filter> around) {
        var json = new Json(options.maximumBodyBytes());
        var errors = new Errors(json);
        var bodies = new Bodies(json);
        var inFlight = new InFlight();
        var cut = new Cut();
        var api = new OpenAiApi(
                registry,
                bodies,
                errors,
                options.requestTimeout(),
                options.heartbeat(),
                metrics::choices,
                () -> cut.now,
                InstantSource.system());
        var encoders =
                new EncoderApi(registry, bodies, options.requestTimeout(), () -> cut.now, InstantSource.system());
        var operations = new OperationsApi(registry, metrics, bodies, version());
        var web = HttpServer.start(options.http(), errors, routing -> {
            routing.addFilter(inFlight);
            if (options.secret() != null) {
                routing.addFilter(new SecretGate(options.secret()));
            }
            if (options.tls() != null) {
                routing.addFilter(new CertificateGate());
            }
            errors.register(routing);
            var routes = new Routes(routing);
            api.register(routes);
            encoders.register(routes);
            operations.register(routes);
            if (options.dashboard()) {
                Dashboard.load().register(routes);
            }
            routing.addFilter(new RequestTimer(metrics, routes.patterns())).addFilter(new Guard());
            around.forEach(routing::addFilter);
            routes.refuseTheRest();
        });
        metrics.observeConnections(web::connections);
        return new WindlassServer(web, registry, inFlight, cut);
    }

    /** The version of the build, as its jar says. */
    private static String version() {
        return Objects.requireNonNullElse(WindlassServer.class.getPackage().getImplementationVersion(), "development");
    }

    /** The port it listens on. */
    public int port() {
        return web.port();
    }

    /** Refuses new work, lets what runs go on for so long, cuts the rest, and stops. */
    public void close(Duration drain) {
        registry.drain();
        try {
            if (!inFlight.awaitNone(drain)) {
                cut.now = true;
                inFlight.awaitNone(FAREWELL);
            }
        } catch (InterruptedException e) {
            cut.now = true;
            Thread.currentThread().interrupt();
        }
        web.close();
    }

    /** Stops without letting anything go on. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
