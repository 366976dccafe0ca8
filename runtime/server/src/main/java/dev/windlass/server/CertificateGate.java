package dev.windlass.server;

import dev.windlass.http.ApiException;
import dev.windlass.http.ClientConnection;
import dev.windlass.http.Identity;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Set;

/**
 * Lets in gateways and the operator, by their certificates. Whoever has another of the same authority, such as a runtime of another model, is as
 * strange as who has none. Probes and scrapes have none, and only see what they are there for.
 */
final class CertificateGate implements Filter {
    private static final Set<Identity> ADMITTED = Set.of(Identity.GATEWAY, Identity.OPERATOR);
    private static final Set<String> OPEN = Set.of("/health", "/ready", "/metrics", "/version");
    private static final String BELOW_HEALTH = "/health/";

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        var connection = ClientConnection.current();
        String path = request.path().path();
        if (!isOpen(path) && connection.client().filter(ADMITTED::contains).isEmpty()) {
            connection.answered();
            throw ApiException.invalid(
                    401,
                    null,
                    "client_certificate_required",
                    "%s asks for a client certificate of this server's authority for %s or %s; there was %s."
                            .formatted(path, Identity.GATEWAY, Identity.OPERATOR, connection.describeClient()));
        }
        chain.proceed();
    }

    private static boolean isOpen(String path) {
        return OPEN.contains(path) || path.startsWith(BELOW_HEALTH);
    }
}
