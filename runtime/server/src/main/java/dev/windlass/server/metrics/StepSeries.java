package dev.windlass.server.metrics;

import dev.windlass.engine.StepStatistics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What the engine's steps spend their time on: where a slow model is slow. */
final class StepSeries {
    private static final double[] SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

    private final Histogram steps;
    private final Counter phases;
    private final Counter copied;

    StepSeries(PrometheusRegistry registry) {
        steps = Histogram.builder()
                .name("windlass_engine_step_seconds")
                .help("How long a step of the engine took.")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .withoutExemplars()
                .labelNames("model")
                .register(registry);
        phases = Counter.builder()
                .name("windlass_engine_step_phase_seconds_total")
                .help("Time of the engine's steps by what it was spent on.")
                .withoutExemplars()
                .labelNames("model", "phase")
                .register(registry);
        copied = Counter.builder()
                .name("windlass_engine_copied_positions_total")
                .help("Positions of keys and values moved between slots.")
                .withoutExemplars()
                .labelNames("model")
                .register(registry);
    }

    Times of(String model) {
        return new Times(
                steps.labelValues(model),
                phases.labelValues(model, "schedule"),
                phases.labelValues(model, "run"),
                phases.labelValues(model, "postprocess"),
                copied.labelValues(model));
    }

    /** One model's series. */
    record Times(
            DistributionDataPoint step,
            CounterDataPoint schedule,
            CounterDataPoint run,
            CounterDataPoint postprocess,
            CounterDataPoint copied) {
        void observe(StepStatistics statistics) {
            schedule.inc(statistics.schedule().toNanos() / 1e9);
            run.inc(statistics.run().toNanos() / 1e9);
            postprocess.inc(statistics.postprocess().toNanos() / 1e9);
            step.observe(statistics
                            .schedule()
                            .plus(statistics.run())
                            .plus(statistics.postprocess())
                            .toNanos()
                    / 1e9);
            copied.inc(statistics.copiedPositions());
        }
    }
}
