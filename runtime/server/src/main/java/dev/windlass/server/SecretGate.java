package dev.windlass.server;

import dev.windlass.http.ApiException;
import dev.windlass.http.Hop;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets in who knows the secret. A port of the loopback address is open to every program of a machine, and policies are applied before it. */
final class SecretGate implements Filter {
    private static final HeaderName SECRET = HeaderNames.create(Hop.SECRET);

    private final byte[] secret;

    SecretGate(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        byte[] shown = request.headers().first(SECRET).orElse("").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(secret, shown)) {
            throw ApiException.invalid(
                    403, null, "not_for_clients", "Only the gateway in front of this port may use it.");
        }
        chain.proceed();
    }
}
