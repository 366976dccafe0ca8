package dev.windlass.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * What lines of the log say of the request that a thread works on: {@code request_id}, {@code key_id}, {@code model} and {@code revision} once
 * they are known, and the W3C's {@code trace_id}, {@code span_id} and {@code trace_flags}, the caller's or, where requests are
 * traced here, our own. Nothing of what the request says.
 */
public final class LogContext {
    public static final String REQUEST_ID = "request_id";
    public static final String MODEL = "model";
    public static final String REVISION = "revision";
    public static final String KEY_ID = "key_id";
    public static final String TRACE_ID = "trace_id";
    public static final String SPAN_ID = "span_id";
    public static final String TRACE_FLAGS = "trace_flags";

    private static final HeaderName TRACE_PARENT = HeaderNames.create("traceparent");
    private static final Pattern VERSION_00 =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})");

    private LogContext() {}

    private record TraceParent(String value) {}

    static void begin(ServerRequest request) {
        MDC.put(REQUEST_ID, Responses.requestId(request));
        request.headers().first(TRACE_PARENT).map(VERSION_00::matcher).ifPresent(parent -> {
            if (parent.matches()) {
                put(parent.group(1), parent.group(2), parent.group(3));
            }
        });
    }

    private static void put(String traceId, String spanId, String flags) {
        MDC.put(TRACE_ID, traceId);
        MDC.put(SPAN_ID, spanId);
        MDC.put(TRACE_FLAGS, flags);
    }

    /** The request is for this model: one that there is, never what a client made up. */
    public static void model(String name) {
        MDC.put(MODEL, name);
    }

    /** The request is this caller's, by the name of the key, never the key. */
    public static void caller(String id) {
        MDC.put(KEY_ID, id);
    }

    /** The request goes to this revision of the model. */
    public static void route(String model, String revision) {
        model(model);
        MDC.put(REVISION, revision);
    }

    /** The request is worked on in this span, which takes the caller's place in what is logged and sent on. */
    public static void span(ServerRequest request, String traceId, String spanId, String flags) {
        put(traceId, spanId, flags);
        request.context().register(new TraceParent("00-" + traceId + "-" + spanId + "-" + flags));
    }

    /** The W3C's {@code traceparent} of the span that a request is worked on in; none where requests are not traced here. */
    public static Optional<String> traceParent(ServerRequest request) {
        return request.context().get(TraceParent.class).map(TraceParent::value);
    }

    /** The trace of the request that a thread works on. */
    public record Trace(String traceId, String spanId) {}

    /** The trace of the request that this thread works on, where it is kept. */
    public static Optional<Trace> keptTrace() {
        return value(TRACE_FLAGS)
                .filter(flags -> (Integer.parseInt(flags, 16) & 1) == 1)
                .flatMap(_ -> value(TRACE_ID).flatMap(trace -> value(SPAN_ID).map(span -> new Trace(trace, span))));
    }

    /** What is known so far. */
    public static Optional<String> value(String field) {
        return Optional.ofNullable(MDC.get(field));
    }

    static void end() {
        MDC.clear();
    }
}
