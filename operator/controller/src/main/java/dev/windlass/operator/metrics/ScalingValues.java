package dev.windlass.operator.metrics;

import dev.windlass.api.AutoscalingSpec.MetricType;
import dev.windlass.operator.desired.MetricNames;
import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.gateway.RevisionKey;
import dev.windlass.operator.metrics.MetricValue.Known;
import dev.windlass.operator.metrics.MetricValue.Unknown;
import dev.windlass.operator.runtime.Runtimes;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The metrics that revisions are scaled by, one at a time, for whoever asks for a plain number, as KEDA's {@code metrics-api}
 * does: {@code /scaling/NAMESPACE/NAME/REVISION/METRIC}. Of what is unknown there is none, and KEDA leaves the count as it is.
 */
public final class ScalingValues {
    private static final String EXPECTED = MetricNames.ROOT + "NAMESPACE/NAME/REVISION/METRIC";

    private final MetricSource source;

    public ScalingValues(Gateways gateways, Runtimes runtimes, InstantSource clock) {
        this(new RevisionMetrics(gateways, runtimes, clock));
    }

    ScalingValues(MetricSource source) {
        this.source = source;
    }

    /** @param path as it was asked for, without a query */
    public Answer answer(String method, String path) {
        if (!method.equals("GET")) {
            return refusal(405, "expected GET, got " + method);
        }
        String[] parts = path.startsWith(MetricNames.ROOT)
                ? path.substring(MetricNames.ROOT.length()).split("/", -1)
                : new String[0];
        if (parts.length != 4) {
            return refusal(404, "expected %s, got %s".formatted(EXPECTED, path));
        }
        Optional<MetricType> metric = MetricNames.read(parts[3]);
        if (metric.isEmpty()) {
            return refusal(404, "expected one of the metrics %s, got %s".formatted(MetricNames.all(), parts[3]));
        }
        return switch (source.value(new RevisionKey(parts[0], parts[1], parts[2]), metric.get())) {
            case Known(double value, var _) -> Answer.json(200, Map.of(MetricNames.VALUE, value));
            case Unknown(String reason) -> refusal(503, reason);
        };
    }

    private static Answer refusal(int status, String reason) {
        return Answer.json(status, Map.of("error", reason));
    }
}
