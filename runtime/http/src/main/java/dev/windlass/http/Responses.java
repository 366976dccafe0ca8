package dev.windlass.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** The headers every response carries: a request id, and leave for any web page to call. */
public final class Responses {
    static final Duration SOON = Duration.ofSeconds(1);

    private static final String EXPOSED = "x-request-id, retry-after, retry-after-ms";
    private static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");
    private static final Pattern ACCEPTABLE_ID = Pattern.compile("[\\w.:/+=-]{1,200}");

    private Responses() {}

    public static void decorate(ServerRequest request, ServerResponse response) {
        response.header(REQUEST_ID, requestId(request));
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        var more = request.context().get(More.class).map(More::headers).orElse(Map.of());
        more.forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.header(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, exposed(more.keySet()));
    }

    /** Adds headers to whatever this request is answered, errors included; those that are in the map when the response begins. */
    public static void add(ServerRequest request, Map<String, String> headers) {
        request.context().register(new More(headers));
    }

    private static String exposed(Set<String> more) {
        return more.isEmpty() ? EXPOSED : EXPOSED + ", " + String.join(", ", more);
    }

    private record More(Map<String, String> headers) {}

    /** The id the client gave the request, or one made for it: the same at every call. */
    public static String requestId(ServerRequest request) {
        return request.context()
                .get(RequestId.class)
                .orElseGet(() -> {
                    var id = request.headers()
                            .first(REQUEST_ID)
                            .filter(given -> ACCEPTABLE_ID.matcher(given).matches())
                            .orElseGet(
                                    () -> "req_" + UUID.randomUUID().toString().replace("-", ""));
                    var made = new RequestId(id);
                    request.context().register(made);
                    return made;
                })
                .value();
    }

    private record RequestId(String value) {}
}
