package dev.windlass.gateway;

import dev.windlass.gateway.balance.Loads;
import dev.windlass.gateway.edge.Edge;
import dev.windlass.gateway.hold.Holds;
import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.operations.CertificateSeries;
import dev.windlass.gateway.operations.LoneRuntime;
import dev.windlass.gateway.operations.ModelsApi;
import dev.windlass.gateway.operations.OperationsApi;
import dev.windlass.gateway.operations.RuntimeApi;
import dev.windlass.gateway.operations.RuntimeCertificateSeries;
import dev.windlass.gateway.proxy.ProxyService;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.ConnectionPool;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.http.Bodies;
import dev.windlass.http.Errors;
import dev.windlass.http.Guard;
import dev.windlass.http.HttpServer;
import dev.windlass.http.InFlight;
import dev.windlass.http.Json;
import dev.windlass.http.Routes;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.HttpRouting;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The front door: takes OpenAI's requests, brings each to a runtime of the model it names, and counts what clients
 * experience. Its routes come from whoever fills {@link CurrentRoutes}.
 */
public final class Gateway implements AutoCloseable {
    /** How long what was cut gets to tell its client so. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final HttpServer clients;
    private final @Nullable HttpServer operators;
    private final @Nullable RuntimeApi passedOn;
    private final ConnectionPool pool;
    private final ProxyService proxy;
    private final InFlight inFlight;
    private final Stop stop;

    /** Whether the gateway is about to stop. */
    private static final class Stop {
        private volatile boolean begun;
    }

    private Gateway(
            HttpServer clients,
            @Nullable HttpServer operators,
            @Nullable RuntimeApi passedOn,
            ConnectionPool pool,
            ProxyService proxy,
            InFlight inFlight,
            Stop stop) {
        this.clients = clients;
        this.operators = operators;
        this.passedOn = passedOn;
        this.pool = pool;
        this.proxy = proxy;
        this.inFlight = inFlight;
        this.stop = stop;
    }

    /** Starts to listen, with nothing around its routes but what they need. */
    public static Gateway start(GatewayOptions options, CurrentRoutes routes, Edge edge) {
        return start(options, routes, edge, RuntimeTls.NONE, List.of());
    }

    /**
     * Starts to listen. It is ready when the routes are filled.
     *
     * @param tls what runtimes are shown that want to see something; is left to whoever opened it
     * @param around what else surrounds clients' routes, the outermost first
     * @throws java.io.UncheckedIOException when an address cannot be bound
     */
    public static Gateway start(
            GatewayOptions options, CurrentRoutes routes, Edge edge, RuntimeTls tls, List<Filter> around) {
        return start(options, routes, edge, tls, null, around);
    }

    /**
     * Starts to listen in front of the one runtime that there is, in the same process: what else that serves is passed on, and there is no port of
     * operators.
     */
    public static Gateway startAlone(GatewayOptions options, CurrentRoutes routes, Edge edge, LoneRuntime runtime) {
        return start(options, routes, edge, RuntimeTls.NONE, runtime, List.of());
    }

    private static Gateway start(
            GatewayOptions options,
            CurrentRoutes routes,
            Edge edge,
            RuntimeTls tls,
            @Nullable LoneRuntime runtime,
            List<Filter> around) {
        var json = new Json(options.longestBody());
        var errors = new Errors(json);
        var bodies = new Bodies(json);
        var measurements = new Measurements();
        var loads = new Loads();
        var pool = new ConnectionPool(tls);
        routes.subscribe(measurements::retain);
        routes.subscribe(loads::retain);
        routes.subscribe(pool::retain);
        var proxy = new ProxyService(
                routes,
                new Holds(routes, measurements, options.heartbeat()),
                edge.policy(),
                loads,
                pool,
                options.upstream(),
                measurements,
                options.longestBody(),
                options.allBodies(),
                json,
                errors);
        var models = new ModelsApi(routes, edge.access(), bodies);
        var stop = new Stop();
        var operations = new OperationsApi(routes, measurements, loads, () -> stop.begun, bodies);
        edge.measured().accept(measurements);
        var inFlight = new InFlight();
        var passedOn = runtime == null ? null : new RuntimeApi(runtime, operations);
        var operators = passedOn != null
                ? null
                : HttpServer.start(
                        options.operationsSettings(),
                        errors,
                        routing -> register(routing, errors, List.of(), operations::register));
        var clients = HttpServer.start(options.publicSettings(), errors, routing -> {
            routing.addFilter(inFlight);
            register(routing, errors, around, paths -> {
                models.register(paths);
                proxy.register(paths);
                if (passedOn == null) {
                    operations.registerProbes(paths);
                } else {
                    proxy.registerAlone(paths);
                    passedOn.register(paths);
                }
            });
        });
        edge.series().forEach(operations::show);
        clients.certificateExpires()
                .ifPresent(_ -> operations.show(new CertificateSeries(
                        () -> clients.certificateExpires().orElseThrow(), InstantSource.system())));
        tls.expires()
                .ifPresent(_ -> operations.show(
                        new RuntimeCertificateSeries(() -> tls.expires().orElseThrow())));
        return new Gateway(clients, operators, passedOn, pool, proxy, inFlight, stop);
    }

    private static void register(
            HttpRouting.Builder routing, Errors errors, List<Filter> around, Consumer<Routes> what) {
        errors.register(routing);
        var paths = new Routes(routing);
        what.accept(paths);
        routing.addFilter(new Guard());
        around.forEach(routing::addFilter);
        paths.refuseTheRest();
    }

    /** The port of clients. */
    public int port() {
        return clients.port();
    }

    /** The port of operators; that of clients where there is no other. */
    public int operationsPort() {
        return operators == null ? port() : operators.port();
    }

    /**
     * Says that it is not ready and goes on serving for a while, so that nobody is refused who has not heard of it yet; then
     * refuses new requests, lets what runs go on for so long, cuts the rest, and stops.
     */
    public void close(Duration unready, Duration drain) {
        stop.begun = true;
        try {
            Thread.sleep(unready);
            proxy.refuse();
            if (!inFlight.awaitNone(drain)) {
                proxy.cut();
                inFlight.awaitNone(FAREWELL);
            }
        } catch (InterruptedException e) {
            proxy.cut();
            Thread.currentThread().interrupt();
        }
        clients.close();
        if (operators != null) {
            operators.close();
        }
        if (passedOn != null) {
            passedOn.close();
        }
        pool.close();
    }

    /** Stops without letting anything go on. */
    @Override
    public void close() {
        close(Duration.ZERO, Duration.ZERO);
    }
}
