package dev.windlass.server.metrics;

import dev.windlass.engine.EncoderListener;
import dev.windlass.engine.Engine;
import dev.windlass.engine.EngineListener;
import dev.windlass.nvml.GpuReading;
import dev.windlass.server.load.LoadedModel;
import dev.windlass.server.registry.RegisteredModel;
import dev.windlass.server.registry.ServedEncoder;
import dev.windlass.server.registry.ServedModel;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that the process measures, in one registry: the server's own series as {@code windlass_*}, vLLM's under their own
 * names. Made before the engines, since each of them reports to the listener it is started with.
 */
public final class ServerMetrics implements AutoCloseable {
    private static final Duration[] REQUEST_BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5)
    };

    /** What requests get that find the waiting queue full. */
    private static final int FULL = 429;

    private final PrometheusMeterRegistry registry;
    private final VllmSeries vllm;
    private final VllmGauges gauges;
    private final StepSeries steps;
    private final ModelSeries models;
    private final EncoderSeries encoders;
    private final ExpositionFormats formats = ExpositionFormats.init();

    public ServerMetrics() {
        var prometheus = new PrometheusRegistry();
        this.registry =
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM, new RequestTrace());
        this.vllm = new VllmSeries(prometheus);
        this.gauges = new VllmGauges(prometheus, InstantSource.system());
        this.steps = new StepSeries(prometheus);
        this.models = new ModelSeries(prometheus);
        ProcessMemory.register(prometheus);
        this.encoders = new EncoderSeries(prometheus);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** What an engine that serves this model is started with. */
    public EngineListener listener(String model) {
        return vllm.recorder(model, steps);
    }

    /** What an encoder's engine that serves this model is started with. */
    public EncoderListener encoderListener(String model) {
        return encoders.recorder(model);
    }

    /** Measures how busy a model's engine is, from now on. */
    public void observe(RegisteredModel model) {
        // From nothing: to rate() a series that begins with 1 has never grown. Of all statuses only the one that
        // an alert waits for: each has a series for every bucket.
        model.paths().forEach(path -> responses("POST", path, FULL));
        switch (model) {
            case ServedModel served -> observe(served.name(), served.engine());
            case ServedEncoder encoder ->
                gauges.add(encoder.name(), () -> {
                    var snapshot = encoder.engine().snapshot();
                    return new VllmGauges.Load(snapshot.running(), snapshot.waiting());
                });
        }
    }

    /** Measures how busy an engine is, from now on. */
    public void observe(String model, Engine engine) {
        gauges.add(model, engine);
        Gauge.builder(
                        "windlass.engine.slots",
                        engine,
                        observed -> observed.snapshot().slots())
                .description("Sequences that fit into the key-value cache at once.")
                .tag("model", model)
                .register(registry);
        Gauge.builder(
                        "windlass.engine.paused",
                        engine,
                        observed -> observed.snapshot().paused())
                .description("Requests whose client does not read fast enough.")
                .tag("model", model)
                .register(registry);
    }

    /** Says what was loaded. */
    public void loaded(String model, LoadedModel.Summary what) {
        models.add(model, what);
    }

    /** Measures what GPUs do; asked at every scrape. */
    public void observeGpus(Supplier<List<GpuReading>> gpus) {
        registry.getPrometheusRegistry().register(new GpuSeries(gpus));
    }

    /** Measures how many clients are connected. */
    public void observeConnections(IntSupplier connections) {
        Gauge.builder("windlass.http.connections", connections, IntSupplier::getAsInt)
                .description("Clients that are connected.")
                .strongReference(true)
                .register(registry);
    }

    /** Counts how many choices a request wants. */
    public void choices(String model, int choices) {
        vllm.choices(model).observe(choices);
    }

    /**
     * Counts a response.
     *
     * @param route the route's pattern: one of few
     */
    public void responded(String method, String route, int status, Duration duration) {
        responses(method, route, status).record(duration);
    }

    private Timer responses(String method, String route, int status) {
        return Timer.builder("windlass.http.requests")
                .description("From a request's arrival to the last byte of its response.")
                .serviceLevelObjectives(REQUEST_BUCKETS)
                .tags("method", method, "route", route, "status", Integer.toString(status))
                .register(registry);
    }

    /** All series, in the format that fits the {@code Accept} header best. */
    public Scrape scrape(@Nullable String accept) {
        var writer = formats.findWriter(accept);
        var out = new ByteArrayOutputStream(16 * 1024);
        try {
            writer.write(out, registry.getPrometheusRegistry().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Scrape(writer.getContentType(), out);
    }

    /** The series as text. */
    public record Scrape(String contentType, ByteArrayOutputStream body) {}

    @Override
    public void close() {
        registry.close();
    }
}
