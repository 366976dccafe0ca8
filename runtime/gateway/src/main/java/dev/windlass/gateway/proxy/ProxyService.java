package dev.windlass.gateway.proxy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.gateway.balance.Loads;
import dev.windlass.gateway.hold.Holds;
import dev.windlass.gateway.measure.Measurements;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.upstream.ConnectionPool;
import dev.windlass.gateway.upstream.UpstreamTimeouts;
import dev.windlass.http.ApiException;
import dev.windlass.http.ClientConnection;
import dev.windlass.http.Errors;
import dev.windlass.http.Json;
import dev.windlass.http.LogContext;
import dev.windlass.http.Requests;
import dev.windlass.http.Responses;
import dev.windlass.http.Routes;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Passage;
import dev.windlass.policy.Patience;
import dev.windlass.tracing.RequestSpan;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/*}: the way of every request to a model. */
public final class ProxyService {
    private static final List<String> ALONE = List.of("/generate", "/tokenize", "/detokenize");

    private final CurrentRoutes routes;
    private final Holds holds;
    private final EdgePolicy policy;
    private final BodyBudget bodies;
    private final PeekReader peeks;
    private final JsonMapper mapper;
    private final Forwarder forwarder;
    private final Errors errors;
    private final Set<Exchange> running = ConcurrentHashMap.newKeySet();
    private volatile boolean isAlone;
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
        this.mapper = JsonMapper.builder(Json.factory(longestBody)).build();
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

    /** Takes also what only a runtime that stands alone is asked, and requests that do not name the one model that there is. */
    public void registerAlone(Routes paths) {
        isAlone = true;
        ALONE.forEach(path -> paths.post(path, this::handle));
    }

    private @Nullable String onlyModel() {
        if (!isAlone || routes.table().routes().size() != 1) {
            return null;
        }
        return routes.table().routes().getFirst().deployment().toString();
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
            var peek = peeks.read(body.bytes(), onlyModel());
            var route = holds.find(peek.model());
            RequestSpan.keep(request, route.edge().sampleRatio());
            var arrival = arrival(request, route, peek, body);
            Responses.add(request, arrival.replied());
            var passage = policy.admit(arrival);
            if (!arrival.caller().isAnonymous()) {
                LogContext.caller(arrival.caller().id());
            }
            var reply = new Reply(request, response, client, errors, peek.streams(), passage, body::close);
            RuntimeException thrown = null;
            try {
                if (arrival.body() != body.bytes()) {
                    body.replace(arrival.body());
                    peek = peeks.read(body.bytes(), onlyModel());
                }
                var head = RequestHead.of(request, arrival);
                var admitted = new Inquiry.Admitted(arrival.caller().id(), route.deployment());
                forward(Inquiry.of(request.headers(), head, peek, body, admitted), passage, reply, client);
            } catch (RuntimeException e) {
                thrown = e;
                throw e;
            } finally {
                passage.end(reply.tally().ending(thrown));
            }
        }
    }

    private Arrival arrival(ServerRequest request, Route route, Peek peek, BodyBudget.Body body) {
        var target = new Arrival.Target(
                route.deployment().namespace(),
                route.deployment().name(),
                route.edge(),
                route.soleRevision().orElse(null));
        var head = new Arrival.Head(
                request.prologue().uriPath().path(),
                Responses.requestId(request),
                peek.streams(),
                name -> Requests.header(request, name));
        return new Arrival(target, head, body.bytes(), mapper);
    }

    private void forward(Inquiry inquiry, Passage passage, Reply reply, ClientConnection client) {
        var exchange = new Exchange(routes::wake);
        running.add(exchange);
        try {
            client.watch(() -> exchange.watch(reply));
            var stored = passage.stored(new Waiting(exchange, reply));
            if (stored.isPresent()) {
                reply.replay(stored.get());
            } else {
                forwarder.forward(inquiry, exchange, reply);
            }
        } catch (EndedException e) {
            switch (e.interruption()) {
                case ClientLeft -> {
                    reply.tally().leaves();
                    throw new CloseConnectionException("the client has left", e);
                }
                case Cut -> reply.fail(stopping());
            }
        } finally {
            exchange.finish();
            reply.close();
            running.remove(exchange);
        }
    }

    /** A client that waits for a policy. */
    private record Waiting(Exchange exchange, Reply reply) implements Patience {
        @Override
        public void requireGoing() {
            exchange.requireGoing();
        }

        @Override
        public void keepAlive() {
            reply.keepAlive();
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
        running.forEach(exchange -> exchange.end(Interruption.Cut));
    }
}
