package dev.windlass.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;

/** The headers every response carries: a request id, and leave for any web page to call. */
public final class Responses {
    static final Duration SOON = Duration.ofSeconds(1);

    private static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");
    private static final Pattern ACCEPTABLE_ID = Pattern.compile("[\\w.:/+=-]{1,200}");

    private Responses() {}

    public static void decorate(ServerRequest request, ServerResponse response) {
        response.header(REQUEST_ID, requestId(request));
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        response.header(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "x-request-id, retry-after, retry-after-ms");
    }

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
