package dev.windlass.gateway.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A response's status and headers. */
public record ResponseHead(int status, List<Header> headers) {
    public ResponseHead {
        headers = List.copyOf(headers);
    }

    /** A header; its name in lower case. */
    public record Header(String name, String value) {}

    /** The first value of a header. */
    public Optional<String> first(String name) {
        for (Header header : headers) {
            if (header.name().equals(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /** Whether the body is a stream of server-sent events. */
    public boolean isEventStream() {
        return status == 200
                && first("content-type")
                        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
                        .isPresent();
    }
}
