package dev.windlass.operator.telemetry;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that an operator measures, in one registry. Made before its client, whose requests it counts. Of resources only those have
 * series of their own whose rollout is something to look at; all else is counted over all of them.
 */
public final class OperatorMetrics implements AutoCloseable {
    private final PrometheusRegistry prometheus = new PrometheusRegistry();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);
    private final Happenings happenings = new Happenings(registry);
    private final ReconcileMetrics reconciles = new ReconcileMetrics(registry);
    private final AtomicBoolean leads = new AtomicBoolean();
    private final ExpositionFormats formats = ExpositionFormats.init();

    public OperatorMetrics() {
        Gauge.builder("windlass.operator.leader", leads, one -> one.get() ? 1 : 0)
                .description("Whether this replica leads.")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** What the operator's client is made with, for its requests to be counted. */
    public void countRequests(HttpClient.Builder builder) {
        builder.addOrReplaceInterceptor("requests", new ApiRequests(registry));
    }

    MeterRegistry meters() {
        return registry;
    }

    /** What decisions are told to. */
    public Happenings happenings() {
        return happenings;
    }

    /** What reconciliations are told to. */
    public Metrics reconciles() {
        return reconciles;
    }

    /** Whether this replica leads from now on. */
    public void leads(boolean now) {
        leads.set(now);
    }

    /** @param resources all that this replica cares for: none where it does not lead */
    public void observe(Supplier<List<LlmDeployment>> resources) {
        prometheus.register(new ResourceSeries(resources));
    }

    /** @param ends of certificates for TLS between gateways, operator and pods, by whose they are */
    public void observeCertificates(Supplier<Map<String, Instant>> ends, InstantSource clock) {
        prometheus.register(new CertificateSeries(ends, clock));
    }

    /** All series, in the format that fits the {@code Accept} header best. */
    public Scrape scrape(@Nullable String accept) {
        var writer = formats.findWriter(accept);
        var out = new ByteArrayOutputStream(16 * 1024);
        try {
            writer.write(out, prometheus.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException("in memory", impossible);
        }
        return new Scrape(writer.getContentType(), out.toByteArray());
    }

    /** The series as text. */
    public record Scrape(String contentType, byte[] body) {}

    @Override
    public void close() {
        registry.close();
    }
}
