package dev.windlass.operator.desired;

import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.AutoscalingSpec.Metric;
import dev.windlass.api.AutoscalingSpec.MetricType;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Has KEDA scale one revision, by the numbers that the operator would give an autoscaler: KEDA asks it for them over HTTP. */
final class RevisionScaledObject {
    private RevisionScaledObject() {}

    /**
     * A ScaledObject within bounds.
     *
     * @param minimum at least 1: to and from 0 is the operator's affair
     */
    static ScaledObject of(
            DesiredRevision revision, AutoscalingSpec scaling, int minimum, int maximum, Installation installation) {
        List<ScaledObject.Trigger> triggers = RevisionAutoscaler.metrics(scaling).stream()
                .map(metric -> trigger(revision, metric, installation))
                .toList();
        var object = new ScaledObject();
        object.setMetadata(Metadata.of(revision));
        object.setSpec(new ScaledObject.Spec(
                new ScaledObject.Target("apps/v1", "Deployment", revision.name()),
                minimum,
                maximum,
                new ScaledObject.Advanced(new ScaledObject.Autoscaler(RevisionAutoscaler.behavior(scaling))),
                triggers));
        return object;
    }

    private static ScaledObject.Trigger trigger(DesiredRevision revision, Metric metric, Installation installation) {
        MetricType type = RevisionAutoscaler.type(metric);
        var metadata = new TreeMap<String, String>(Map.of(
                "url",
                installation.operator()
                        + MetricNames.path(
                                revision.deployment().namespace(),
                                revision.deployment().name(),
                                revision.hash(),
                                type),
                "valueLocation",
                MetricNames.VALUE,
                "targetValue",
                number(metric.target())));
        return new ScaledObject.Trigger(
                "metrics-api", RevisionAutoscaler.isShared(type) ? "AverageValue" : "Value", metadata);
    }

    /** KEDA reads no quantities: 500m is 0.5. */
    private static String number(@Nullable Quantity target) {
        return target == null
                ? "1"
                : target.getNumericalAmount()
                        .add(BigDecimal.ZERO)
                        .stripTrailingZeros()
                        .toPlainString();
    }
}
