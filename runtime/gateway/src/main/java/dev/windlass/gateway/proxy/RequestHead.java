package dev.windlass.gateway.proxy;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.http.Hop;
import dev.windlass.http.LogContext;
import dev.windlass.policy.Arrival;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The head of the request that a runtime gets: the client's, without what concerns only the client's connection. */
final class RequestHead {
    /** Hop-by-hop (RFC 9110, 7.6.1), or written anew; no coding is accepted, since events must be read on their way. */
    private static final Set<String> DROPPED = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "content-length",
            "expect",
            "accept-encoding",
            "x-request-id",
            "x-forwarded-for",
            Hop.TELL_USAGE,
            Hop.SECRET);

    private final String target;
    private final String headers;

    private RequestHead(String target, String headers) {
        this.target = target;
        this.headers = headers;
    }

    /** @param arrival what policies add and keep back */
    static RequestHead of(ServerRequest request, Arrival arrival) {
        var dropped = new HashSet<>(DROPPED);
        dropped.addAll(arrival.withheld());
        dropped.addAll(arrival.forwarded().keySet());
        for (String named : request.headers().values(HeaderNames.CONNECTION)) {
            Arrays.stream(named.split(",", -1))
                    .forEach(name -> dropped.add(name.strip().toLowerCase(Locale.ROOT)));
        }
        var headers = new StringBuilder(512);
        LogContext.traceParent(request).ifPresent(parent -> {
            dropped.add("traceparent");
            append(headers, "traceparent", parent);
        });
        for (Header header : request.headers()) {
            if (!dropped.contains(header.headerName().lowerCase())) {
                for (String value : header.allValues()) {
                    append(headers, header.name(), value);
                }
            }
        }
        arrival.forwarded().forEach((name, value) -> append(headers, name, value));
        append(headers, "x-request-id", arrival.head().requestId());
        if (arrival.head().streams()) {
            append(headers, Hop.TELL_USAGE, "1");
        }
        String before = request.headers()
                .first(HeaderNames.X_FORWARDED_FOR)
                .map(list -> list + ", ")
                .orElse("");
        append(headers, "x-forwarded-for", before + request.remotePeer().host());
        String query = request.query().rawValue();
        String path = request.prologue().uriPath().rawPath();
        return new RequestHead(query.isEmpty() ? path : path + "?" + query, headers.toString());
    }

    private static void append(StringBuilder headers, String name, String value) {
        if (value.indexOf('\r') < 0 && value.indexOf('\n') < 0) {
            headers.append(name).append(": ").append(value).append("\r\n");
        }
    }

    byte[] encode(Endpoint endpoint, int bodyLength) {
        return ("POST " + target + " HTTP/1.1\r\nhost: " + endpoint.address() + "\r\ncontent-length: " + bodyLength
                        + "\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
