package dev.windlass.server.metrics;

import dev.windlass.engine.EncoderListener;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/** What encoders compute and how long requests to them take. */
final class EncoderSeries {
    private static final double[] SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60};
    private static final double[] TEXTS = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private final PrometheusRegistry registry;
    private final Counter tokens;
    private final Counter padding;
    private final Counter failures;
    private final Histogram texts;
    private final Histogram batches;
    private final Histogram queued;
    private final Histogram requests;

    EncoderSeries(PrometheusRegistry registry) {
        this.registry = registry;
        tokens = counter("tokens_total", "Tokens of texts that were computed.");
        padding = counter("padding_tokens_total", "Tokens computed for nothing, beside longer texts.");
        failures = counter("request_failures_total", "Requests that ended without a result.");
        texts = histogram("batch_texts", "Texts computed together.", TEXTS);
        batches = histogram("batch_seconds", "How long a batch took.", SECONDS);
        queued = histogram("request_queue_seconds", "From a request's submission to its first batch.", SECONDS);
        requests = histogram("request_seconds", "From a request's submission to its result.", SECONDS);
    }

    private Counter counter(String name, String help) {
        return Counter.builder()
                .name("windlass_encoder_" + name)
                .help(help)
                .withoutExemplars()
                .labelNames("model")
                .register(registry);
    }

    private Histogram histogram(String name, String help, double[] buckets) {
        return Histogram.builder()
                .name("windlass_encoder_" + name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(buckets)
                .withoutExemplars()
                .labelNames("model")
                .register(registry);
    }

    EncoderListener recorder(String model) {
        return new Recording(
                tokens.labelValues(model),
                padding.labelValues(model),
                failures.labelValues(model),
                texts.labelValues(model),
                batches.labelValues(model),
                queued.labelValues(model),
                requests.labelValues(model));
    }

    /** One model's series. */
    private record Recording(
            CounterDataPoint tokens,
            CounterDataPoint padding,
            CounterDataPoint failures,
            DistributionDataPoint texts,
            DistributionDataPoint batches,
            DistributionDataPoint queued,
            DistributionDataPoint requests)
            implements EncoderListener {
        @Override
        public void started(Duration waited) {
            queued.observe(waited.toNanos() / 1e9);
        }

        @Override
        public void computed(int textCount, int tokenCount, int paddingCount, Duration took) {
            texts.observe(textCount);
            tokens.inc(tokenCount);
            padding.inc(paddingCount);
            batches.observe(took.toNanos() / 1e9);
        }

        @Override
        public void finished(Duration sinceSubmission) {
            requests.observe(sinceSubmission.toNanos() / 1e9);
        }

        @Override
        public void failed() {
            failures.inc();
        }
    }
}
