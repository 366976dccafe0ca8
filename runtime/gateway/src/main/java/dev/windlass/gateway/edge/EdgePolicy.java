package dev.windlass.gateway.edge;

import dev.windlass.gateway.route.Route;
import io.helidon.http.ServerRequestHeaders;

/** Decides whether a request may pass, once its deployment is known and before it is sent anywhere. */
@FunctionalInterface
public interface EdgePolicy {
    /** Lets everything pass. */
    EdgePolicy OPEN = (_, _) -> {};

    /**
     * Returns to let the request pass.
     *
     * @throws dev.windlass.http.ApiException what the client is told instead
     */
    void admit(Route route, ServerRequestHeaders headers);
}
