package dev.windlass.server.metrics;

import dev.windlass.http.LogContext;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/** What leads from a bucket of a histogram to a trace: the request that the thread works on, where its trace is kept. */
final class RequestTrace implements SpanContext {
    @Override
    public @Nullable String getCurrentTraceId() {
        return LogContext.value(LogContext.TRACE_ID).orElse(null);
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        return LogContext.value(LogContext.SPAN_ID).orElse(null);
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return LogContext.keptTrace().isPresent();
    }

    /** Traces are chosen when they begin. */
    @Override
    public void markCurrentSpanAsExemplar() {}
}
