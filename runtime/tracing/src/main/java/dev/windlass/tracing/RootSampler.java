package dev.windlass.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/** Keeps the share of new traces that whoever begins one says, and what another sampler says of all others. */
record RootSampler(Sampler otherwise) implements Sampler {
    /** The share of the trace that begins; of no meaning below a parent. */
    static final ContextKey<Double> SHARE = ContextKey.named("windlass-share");

    @Override
    public SamplingResult shouldSample(
            Context parent, String traceId, String name, SpanKind kind, Attributes attributes, List<LinkData> links) {
        Double share = parent.get(SHARE);
        var sampler = share == null || Span.fromContext(parent).getSpanContext().isValid()
                ? otherwise
                : Sampler.traceIdRatioBased(share);
        return sampler.shouldSample(parent, traceId, name, kind, attributes, links);
    }

    @Override
    public String getDescription() {
        return "RootSampler{" + otherwise.getDescription() + "}";
    }
}
