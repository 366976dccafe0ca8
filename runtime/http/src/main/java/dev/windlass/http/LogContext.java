package dev.windlass.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * What lines of the log say of the request that a thread works on: {@code request_id}, {@code model} once it is known, and
 * the W3C's {@code trace_id} and {@code span_id} of whoever called. Nothing of what the request says.
 */
public final class LogContext {
    private static final HeaderName TRACE_PARENT = HeaderNames.create("traceparent");
    private static final Pattern VERSION_00 =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}");

    private LogContext() {}

    static void begin(ServerRequest request) {
        MDC.put("request_id", Responses.requestId(request));
        request.headers().first(TRACE_PARENT).map(VERSION_00::matcher).ifPresent(parent -> {
            if (parent.matches()) {
                MDC.put("trace_id", parent.group(1));
                MDC.put("span_id", parent.group(2));
            }
        });
    }

    /** The request is for this model: one that there is, never what a client made up. */
    public static void model(String name) {
        MDC.put("model", name);
    }

    /** The request goes to this revision of the model. */
    public static void route(String model, String revision) {
        model(model);
        MDC.put("revision", revision);
    }

    static void end() {
        MDC.clear();
    }
}
