package dev.windlass.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * What surrounds every route: browsers' preflight requests are answered, lines of the log say which request they are
 * about, and the connection learns when a response is complete.
 */
public final class Guard implements Filter {
    private static final String PREFLIGHT_AGE_SECONDS = "86400";

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        LogContext.begin(request);
        try {
            if (request.prologue().method().equals(Method.OPTIONS)) {
                allow(request, response);
            } else {
                chain.proceed();
            }
        } finally {
            LogContext.end();
            ClientConnection.current().answered();
        }
    }

    private static void allow(ServerRequest request, ServerResponse response) {
        Responses.decorate(request, response);
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, HEAD, OPTIONS");
        response.header(HeaderNames.ALLOW, "GET, POST, HEAD, OPTIONS");
        response.header(
                HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
                request.headers()
                        .first(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS)
                        .orElse("authorization, content-type, x-request-id"));
        response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE_SECONDS);
        response.status(Status.NO_CONTENT_204).send();
    }
}
