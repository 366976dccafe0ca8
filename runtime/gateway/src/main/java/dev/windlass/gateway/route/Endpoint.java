package dev.windlass.gateway.route;

import dev.windlass.http.Identity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One runtime pod.
 *
 * @param ready whether it says that it can serve
 * @param draining whether it is about to end, so that it gets nothing new
 * @param owner who its certificate has to be for; null where it speaks without TLS
 */
public record Endpoint(
        String host,
        int port,
        String revision,
        boolean ready,
        boolean draining,
        @Nullable Identity owner) {
    public Endpoint {
        if (host.isBlank() || port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "endpoint: expected a host and a port from 1 to 65535, got \"%s:%d\"".formatted(host, port));
        }
    }

    /** One without TLS. */
    public Endpoint(String host, int port, String revision, boolean ready, boolean draining) {
        this(host, port, revision, ready, draining, null);
    }

    /** Where it is and who has to be there: the same of whatever is known of its state. */
    public record Place(String address, @Nullable Identity owner) {}

    /** Whether new requests may go there. */
    public boolean isOpen() {
        return ready && !draining;
    }

    /** Host and port, as in a URL. */
    public String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    public Place place() {
        return new Place(address(), owner);
    }

    /** Who its certificate has to be for; empty where it speaks without TLS. */
    public Optional<Identity> expected() {
        return Optional.ofNullable(owner);
    }

    /** The same, out of use. */
    public Endpoint unready() {
        return new Endpoint(host, port, revision, false, draining, owner);
    }
}
