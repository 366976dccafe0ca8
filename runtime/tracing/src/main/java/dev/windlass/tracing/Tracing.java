package dev.windlass.tracing;

import io.helidon.webserver.http.Filter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends spans of requests to a collector, by OTLP over HTTP. OpenTelemetry's own variables say where and how many:
 * {@code OTEL_EXPORTER_OTLP_ENDPOINT} and its kin. Without an address there is no tracing, and nothing is set up for it.
 */
public final class Tracing implements AutoCloseable {
    /** One request in twenty is traced, where its caller has not decided. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.traces.sampler", "parentbased_traceidratio",
            "otel.traces.sampler.arg", "0.05",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none",
            "otel.propagators", "tracecontext");

    private final OpenTelemetrySdk sdk;

    private Tracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /**
     * Starts to send, where the environment names a collector.
     *
     * @param service what the collector knows the process as, unless {@code OTEL_SERVICE_NAME} says otherwise
     * @throws IllegalArgumentException where the environment makes no sense
     */
    public static Optional<Tracing> start(String service, Map<String, String> environment) {
        if (environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "").isEmpty()
                && environment
                        .getOrDefault("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
                        .isEmpty()) {
            return Optional.empty();
        }
        var properties = new HashMap<>(DEFAULTS);
        properties.put("otel.service.name", service);
        environment.forEach((name, value) -> {
            if (name.startsWith("OTEL_")) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        try {
            return Optional.of(new Tracing(AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> properties)
                    .addSamplerCustomizer((sampler, _) -> new RootSampler(sampler))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk()));
        } catch (ConfigurationException | IllegalStateException problem) {
            // The latter where a protocol is wanted that there is no sender for.
            throw new IllegalArgumentException("OTEL_…: " + problem.getMessage(), problem);
        }
    }

    /** Makes a span of each request for a model; goes behind {@link dev.windlass.http.Guard}. */
    public Filter filter() {
        return new RequestSpans(sdk, false);
    }

    /** The same where somebody within says which share of new traces is to be kept: {@link RequestSpan#keep}. */
    public Filter filterByShare() {
        return new RequestSpans(sdk, true);
    }

    /** Sends what is left, for a few seconds at most. */
    @Override
    public void close() {
        sdk.shutdown().join(5, TimeUnit.SECONDS);
    }
}
