package dev.windlass.tracing;

import dev.windlass.http.LogContext;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

/**
 * A span from a request's head to the last byte of its answer, below the caller's. It has what lines of the log have, and
 * nothing of what the request says; what asks for no model, such as a probe, has none.
 */
final class RequestSpans implements Filter {
    private static final TextMapGetter<RoutingRequest> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(RoutingRequest request) {
            return request.headers().stream().map(header -> header.name()).toList();
        }

        @Override
        public @Nullable String get(@Nullable RoutingRequest request, String name) {
            return request == null
                    ? null
                    : request.headers().first(HeaderNames.create(name)).orElse(null);
        }
    };

    private final TextMapPropagator propagator;
    private final Tracer tracer;

    RequestSpans(OpenTelemetry telemetry) {
        this.propagator = telemetry.getPropagators().getTextMapPropagator();
        this.tracer = telemetry.getTracer("dev.windlass");
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (!request.prologue().method().equals(Method.POST)) {
            chain.proceed();
            return;
        }
        var span = tracer.spanBuilder("POST")
                .setSpanKind(SpanKind.SERVER)
                .setParent(propagator.extract(Context.root(), request, HEADERS))
                .setAttribute("http.request.method", "POST")
                .startSpan();
        var here = span.getSpanContext();
        LogContext.span(
                request,
                here.getTraceId(),
                here.getSpanId(),
                here.getTraceFlags().asHex());
        try {
            chain.proceed();
            describe(span, request, response.status().code());
        } catch (RuntimeException broken) {
            span.setStatus(StatusCode.ERROR)
                    .setAttribute("error.type", broken.getClass().getName());
            throw broken;
        } finally {
            span.end();
        }
    }

    private static void describe(Span span, RoutingRequest request, int status) {
        request.matchingPattern()
                .ifPresent(route -> span.updateName("POST " + route).setAttribute("http.route", route));
        span.setAttribute("http.response.status_code", status);
        set(span, "gen_ai.request.model", LogContext.MODEL);
        set(span, "windlass.revision", LogContext.REVISION);
        set(span, "windlass.request_id", LogContext.REQUEST_ID);
        if (status >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    private static void set(Span span, String attribute, String field) {
        LogContext.value(field).ifPresent(value -> span.setAttribute(attribute, value));
    }
}
