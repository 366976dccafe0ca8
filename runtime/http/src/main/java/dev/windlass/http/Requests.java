package dev.windlass.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;

/** What requests say besides their bodies. */
public final class Requests {
    private Requests() {}

    /**
     * A header. Where a client sent it more than once, its values are one with commas between them (RFC 9110, 5.2): of two keys, neither can pass
     * while somebody else reads the other.
     */
    public static Optional<String> header(ServerRequest request, String name) {
        var header = HeaderNames.create(name);
        return request.headers().contains(header)
                ? Optional.of(String.join(", ", request.headers().get(header).allValues()))
                : Optional.empty();
    }
}
