package dev.windlass.gateway.route;

/**
 * One runtime pod.
 *
 * @param ready whether it says that it can serve
 * @param draining whether it is about to end, so that it gets nothing new
 */
public record Endpoint(String host, int port, String revision, boolean ready, boolean draining) {
    public Endpoint {
        if (host.isBlank() || port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "endpoint: expected a host and a port from 1 to 65535, got \"%s:%d\"".formatted(host, port));
        }
    }

    /** Whether new requests may go there. */
    public boolean isOpen() {
        return ready && !draining;
    }

    /** Host and port, as in a URL. */
    public String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
