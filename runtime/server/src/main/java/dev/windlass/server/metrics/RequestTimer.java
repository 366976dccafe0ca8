package dev.windlass.server.metrics;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.time.Duration;
import java.util.Set;

/** Times every request by route and status; what matches no route counts as {@code other}. */
public final class RequestTimer implements Filter {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH");

    private final ServerMetrics metrics;
    private final Set<String> routes;

    public RequestTimer(ServerMetrics metrics, Set<String> routes) {
        this.metrics = metrics;
        this.routes = routes;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        long begin = System.nanoTime();
        response.whenSent(() -> record(request, response.status().code(), begin));
        chain.proceed();
    }

    private void record(RoutingRequest request, int status, long begin) {
        String method = request.prologue().method().text();
        metrics.responded(
                METHODS.contains(method) ? method : "other",
                request.matchingPattern().filter(routes::contains).orElse("other"),
                status,
                Duration.ofNanos(System.nanoTime() - begin));
    }
}
