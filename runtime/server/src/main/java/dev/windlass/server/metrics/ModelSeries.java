package dev.windlass.server.metrics;

import dev.windlass.server.load.LoadedModel;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What was loaded, as what, and how long that took. */
final class ModelSeries {
    private final Info models;
    private final Gauge loading;

    ModelSeries(PrometheusRegistry registry) {
        models = Info.builder()
                .name("windlass_model_info")
                .help("A model that is served, and how.")
                .labelNames("model", "family", "parameters", "quantization", "context", "sequences", "threads")
                .register(registry);
        loading = Gauge.builder()
                .name("windlass_model_load_seconds")
                .help("How long the parts of loading a model took.")
                .withoutExemplars()
                .labelNames("model", "phase")
                .register(registry);
    }

    void add(String model, LoadedModel.Summary what) {
        models.addLabelValues(
                model,
                what.family(),
                Long.toString(what.parameters()),
                what.quantization().toString(),
                Integer.toString(what.contextLength()),
                Integer.toString(what.sequences()),
                Integer.toString(what.threads()));
        what.phases()
                .forEach(phase -> loading.labelValues(model, phase.name())
                        .set(phase.took().toNanos() / 1e9));
    }
}
