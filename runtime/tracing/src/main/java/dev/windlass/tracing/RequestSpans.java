package dev.windlass.tracing;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Instant;
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
    private final boolean waits;

    /** @param waits whether somebody within says which share of new traces is to be kept */
    RequestSpans(OpenTelemetry telemetry, boolean waits) {
        this.waits = waits;
        this.propagator = telemetry.getPropagators().getTextMapPropagator();
        this.tracer = telemetry.getTracer("dev.windlass");
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (!request.prologue().method().equals(Method.POST)) {
            chain.proceed();
            return;
        }
        var span =
                new RequestSpan(tracer, request, propagator.extract(Context.root(), request, HEADERS), Instant.now());
        request.context().register(span);
        if (!waits || span.isPartOfATrace()) {
            span.begin(null);
        }
        try {
            chain.proceed();
            span.describe(response.status().code());
        } catch (RuntimeException broken) {
            span.fail(broken);
            throw broken;
        } finally {
            span.end();
        }
    }
}
