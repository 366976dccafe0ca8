package dev.windlass.tracing;

import dev.windlass.http.LogContext;
import io.helidon.webserver.http.ServerRequest;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The span of one request. Where the caller has begun a trace it is a part of that; else it waits until somebody knows how many traces to
 * keep, and is no shorter for it. For the thread of the request.
 */
public final class RequestSpan {
    private final Tracer tracer;
    private final ServerRequest request;
    private final Context parent;
    private final Instant arrived;
    private @Nullable Span span;

    RequestSpan(Tracer tracer, ServerRequest request, Context parent, Instant arrived) {
        this.tracer = tracer;
        this.request = request;
        this.parent = parent;
        this.arrived = arrived;
    }

    /**
     * Says which share of new traces is to be kept of what a request asks for. Of no effect where the caller has decided, or somebody here
     * before, and where requests are not traced.
     *
     * @param share 0 to 1; null for the usual one
     */
    public static void keep(ServerRequest request, @Nullable Double share) {
        request.context().get(RequestSpan.class).ifPresent(span -> span.begin(share));
    }

    /** The span of a request, where it has begun and its trace is kept: there is something to write down. */
    public static Optional<RequestSpan> kept(ServerRequest request) {
        return request.context().get(RequestSpan.class).filter(RequestSpan::isKept);
    }

    private boolean isKept() {
        var begun = span;
        return begun != null && begun.getSpanContext().isSampled();
    }

    /** Writes down a part of the request that took from when to when. */
    public void child(String name, Instant begin, Instant end, Attributes attributes) {
        tracer.spanBuilder(name)
                .setParent(Context.root().with(begun()))
                .setStartTimestamp(begin)
                .setAllAttributes(attributes)
                .startSpan()
                .end(end);
    }

    /** Writes down more of the request. */
    public void describe(Attributes attributes) {
        begun().setAllAttributes(attributes);
    }

    boolean isPartOfATrace() {
        return Span.fromContext(parent).getSpanContext().isValid();
    }

    /** @param share of new traces that are kept; null for the usual one */
    void begin(@Nullable Double share) {
        if (span != null) {
            return;
        }
        var begun = tracer.spanBuilder("POST")
                .setSpanKind(SpanKind.SERVER)
                .setParent(share == null ? parent : parent.with(RootSampler.SHARE, share))
                .setStartTimestamp(arrived)
                .setAttribute("http.request.method", "POST")
                .startSpan();
        var here = begun.getSpanContext();
        LogContext.span(
                request,
                here.getTraceId(),
                here.getSpanId(),
                here.getTraceFlags().asHex());
        span = begun;
    }

    /** The answer has been sent. */
    void describe(int status) {
        var ending = begun();
        request.matchingPattern()
                .ifPresent(route -> ending.updateName("POST " + route).setAttribute("http.route", route));
        ending.setAttribute("http.response.status_code", status);
        set(ending, "gen_ai.request.model", LogContext.MODEL);
        set(ending, "windlass.revision", LogContext.REVISION);
        set(ending, "windlass.request_id", LogContext.REQUEST_ID);
        if (status >= 500) {
            ending.setStatus(StatusCode.ERROR);
        }
    }

    /** The client left, or the connection broke. */
    void fail(RuntimeException broken) {
        begun().setStatus(StatusCode.ERROR)
                .setAttribute("error.type", broken.getClass().getName());
    }

    void end() {
        begun().end();
    }

    /** Of a request that nobody knew a share for: it was refused before its model was known. */
    private Span begun() {
        begin(null);
        var begun = span;
        if (begun == null) {
            throw new IllegalStateException("a span that has begun is there");
        }
        return begun;
    }

    private static void set(Span span, String attribute, String field) {
        LogContext.value(field).ifPresent(value -> span.setAttribute(attribute, value));
    }
}
