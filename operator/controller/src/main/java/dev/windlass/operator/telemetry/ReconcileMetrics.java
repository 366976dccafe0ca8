package dev.windlass.operator.telemetry;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;

/** What the framework says of the passes it has made: how many, how long, and what went wrong. Of no resource by itself. */
final class ReconcileMetrics implements Metrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private static final String DONE = "done";
    private static final String FAILED = "failed";

    private final MeterRegistry registry;

    ReconcileMetrics(MeterRegistry registry) {
        this.registry = registry;
        // From nothing, so that rate() sees the first that fails; most are thrown for what the API server says.
        passes(DONE);
        passes(FAILED);
        errors(KubernetesClientException.class);
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        String outcome = FAILED;
        var sample = Timer.start(registry);
        try {
            T result = execution.execute();
            outcome = DONE;
            return result;
        } finally {
            sample.stop(passes(outcome));
        }
    }

    private Timer passes(String outcome) {
        return Timer.builder("windlass.operator.reconcile")
                .description("Of a pass over one resource.")
                .serviceLevelObjectives(BUCKETS)
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void failedReconciliation(HasMetadata resource, Exception problem, Map<String, Object> metadata) {
        Throwable cause = problem;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        errors(cause.getClass()).increment();
    }

    private Counter errors(Class<? extends Throwable> kind) {
        return Counter.builder("windlass.operator.reconcile.errors")
                .description("Passes that failed and are made again.")
                .tag("exception", kind.getSimpleName())
                .register(registry);
    }
}
