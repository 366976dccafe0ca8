package dev.windlass.gateway.proxy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.gateway.balance.Loads;
import dev.windlass.gateway.edge.EdgePolicy;
import dev.windlass.gateway.hold.Holds;
import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.ConnectionPool;
import dev.windlass.gateway.upstream.UpstreamTimeouts;
import dev.windlass.http.ApiException;
import dev.windlass.http.ClientConnection;
import dev.windlass.http.Errors;
import dev.windlass.http.Json;
import dev.windlass.http.Responses;
import dev.windlass.http.Routes;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** {@code POST /v1/*}: the way of every request that names a model. */
public final class ProxyService {
    private final CurrentRoutes routes;
    private final Holds holds;
    private final EdgePolicy policy;
    private final BodyBudget bodies;
    private final PeekReader peeks;
    private final Forwarder forwarder;
    private final Errors errors;
    private final Set<Exchange> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /**
     * @param longestBody of one request, in bytes
     * @param allBodies of all requests together, in bytes
     */
    public ProxyService(
            CurrentRoutes routes,
            Holds holds,
            EdgePolicy policy,
            Loads loads,
            ConnectionPool pool,
            UpstreamTimeouts timeouts,
            Measurements measurements,
            int longestBody,
            long allBodies,
            Json json,
            Errors errors) {
        this.routes = routes;
        this.holds = holds;
        this.policy = policy;
        this.errors = errors;
        this.bodies = new BodyBudget(allBodies);
        this.peeks = new PeekReader(longestBody);
        var sender = new Sender(pool, timeouts);
        this.forwarder = new Forwarder(
                holds,
                loads,
                sender,
                new Relay(JsonMapper.builder().build(), timeouts.idle()),
                new Mirrors(loads, sender, measurements, bodies, json::bytes),
                measurements,
                json::bytes);
    }

    public void register(Routes paths) {
        paths.post("/v1/{+rest}", this::handle);
    }

    private void handle(ServerRequest request, ServerResponse response) {
        if (stopping) {
            throw stopping();
        }
        if (!request.content().hasEntity()) {
            throw ApiException.invalid(
                    400, null, "invalid_json", "The body of the request: expected a JSON object, got nothing");
        }
        var client = ClientConnection.current();
        try (var body = bodies.read(request)) {
            client.received();
            var peek = peeks.read(body.bytes());
            policy.admit(holds.find(peek.model()), request.headers());
            var head = RequestHead.of(request, Responses.requestId(request));
            var reply = new Reply(request, response, client, errors, peek.streams(), body::close);
            forward(Inquiry.of(request.headers(), head, peek, body), reply, client);
        }
    }

    private void forward(Inquiry inquiry, Reply reply, ClientConnection client) {
        var exchange = new Exchange(routes::wake);
        running.add(exchange);
        try {
            client.watch(() -> exchange.watch(reply));
            forwarder.forward(inquiry, exchange, reply);
        } catch (EndedException e) {
            switch (e.ending()) {
                case ClientLeft -> throw new CloseConnectionException("the client has left", e);
                case Cut -> reply.fail(stopping());
            }
        } finally {
            exchange.finish();
            reply.close();
            running.remove(exchange);
        }
    }

    private static ApiException stopping() {
        return ApiException.unavailable("shutting_down", "The gateway stops.", Duration.ofSeconds(1));
    }

    /** Refuses requests from now on. */
    public void refuse() {
        stopping = true;
    }

    /** Ends all requests that run. */
    public void cut() {
        running.forEach(exchange -> exchange.end(Ending.Cut));
    }
}
