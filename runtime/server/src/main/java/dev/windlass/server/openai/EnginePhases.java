package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent.Finished;
import dev.windlass.engine.GenerationEvent.Usage;
import dev.windlass.tracing.RequestSpan;
import io.helidon.webserver.http.ServerRequest;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request's time went in the engine, as spans below the request's. Written when a sequence ends, from what the engine measured
 * anyway, and only where the trace is kept. Attributes have the names of OpenTelemetry's conventions for generative AI, or of vLLM's spans.
 */
final class EnginePhases {
    /** A request for a thousand outputs must not make thousands of spans. */
    private static final int MOST_SEQUENCES = 8;

    private static final EnginePhases NONE = new EnginePhases(null, Instant.EPOCH);

    private final @Nullable RequestSpan span;
    private final Instant submitted;

    private EnginePhases(@Nullable RequestSpan span, Instant submitted) {
        this.span = span;
        this.submitted = submitted;
    }

    /** Of a request that is given to the engine now. */
    static EnginePhases begin(ServerRequest request) {
        return RequestSpan.kept(request)
                .map(kept -> new EnginePhases(kept, Instant.now()))
                .orElse(NONE);
    }

    void finished(int sequence, Finished finished) {
        if (span == null || sequence >= MOST_SEQUENCES) {
            return;
        }
        Usage usage = finished.usage();
        Instant started = submitted.plus(usage.queued());
        Instant first = started.plus(usage.prefill());
        span.child("queue", submitted, started, of(sequence).build());
        span.child(
                "prefill",
                started,
                first,
                of(sequence)
                        .put("gen_ai.usage.input_tokens", usage.promptTokens())
                        .put("gen_ai.usage.cache_read.input_tokens", usage.cachedTokens())
                        .build());
        span.child(
                "decode",
                first,
                first.plus(usage.decode()),
                of(sequence)
                        .put("gen_ai.usage.output_tokens", usage.generatedTokens())
                        .put("gen_ai.response.finish_reasons", reason(finished))
                        .build());
        if (sequence == 0) {
            span.describe(latencies(usage));
        }
    }

    private static AttributesBuilder of(int sequence) {
        var attributes = Attributes.builder();
        return sequence == 0 ? attributes : attributes.put("windlass.choice", sequence);
    }

    private static String[] reason(Finished finished) {
        return new String[] {finished.reason().name().toLowerCase(Locale.ROOT)};
    }

    /** vLLM's, in seconds. */
    private static Attributes latencies(Usage usage) {
        return Attributes.builder()
                .put("gen_ai.usage.input_tokens", usage.promptTokens())
                .put("gen_ai.usage.output_tokens", usage.generatedTokens())
                .put("gen_ai.latency.time_in_queue", seconds(usage.queued()))
                .put(
                        "gen_ai.latency.time_to_first_token",
                        seconds(usage.queued().plus(usage.prefill())))
                .put("gen_ai.latency.time_in_model_prefill", seconds(usage.prefill()))
                .put("gen_ai.latency.time_in_model_decode", seconds(usage.decode()))
                .put(
                        "gen_ai.latency.e2e",
                        seconds(usage.queued().plus(usage.prefill()).plus(usage.decode())))
                .build();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
