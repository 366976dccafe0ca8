package dev.windlass.operator.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.AutoscalingSpec.Metric;
import dev.windlass.api.AutoscalingSpec.MetricType;
import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehaviorBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpecBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricTarget;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricTargetBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scales one revision by what is asked of it alone. The values are the operator's own, served as metrics of the
 * LlmDeployment; nothing else has to be installed.
 */
final class RevisionAutoscaler {
    private static final List<Metric> USUAL = List.of(new Metric(MetricType.QueueDepth, new Quantity("4")));
    /** The most that Kubernetes takes. */
    private static final int LONGEST_WINDOW_SECONDS = 3600;

    private RevisionAutoscaler() {}

    /**
     * An autoscaler within bounds.
     *
     * @param minimum at least 1: to and from 0 is the operator's affair
     */
    static HorizontalPodAutoscaler of(DesiredRevision revision, AutoscalingSpec scaling, int minimum, int maximum) {
        return new HorizontalPodAutoscalerBuilder()
                .withMetadata(Metadata.of(revision))
                .withNewSpec()
                .withNewScaleTargetRef("apps/v1", "Deployment", revision.name())
                .withMinReplicas(minimum)
                .withMaxReplicas(maximum)
                .withMetrics(metrics(scaling).stream()
                        .map(metric -> metric(revision, metric))
                        .toList())
                .withBehavior(behavior(scaling))
                .endSpec()
                .build();
    }

    static List<Metric> metrics(AutoscalingSpec scaling) {
        return scaling.metrics().isEmpty() ? USUAL : scaling.metrics();
    }

    static MetricType type(Metric metric) {
        return metric.type() == null ? MetricType.QueueDepth : metric.type();
    }

    /** Pods share an amount, so that its target is for each of them; a level is the same for one and for many. */
    static boolean isShared(MetricType type) {
        return switch (type) {
            case QueueDepth, Concurrency, TokensPerSecond -> true;
            case KvCacheUtilization, TimeToFirstToken -> false;
        };
    }

    private static MetricSpec metric(DesiredRevision revision, Metric metric) {
        MetricType type = type(metric);
        return new MetricSpecBuilder()
                .withType("Object")
                .withNewObject()
                .withNewDescribedObject(
                        LlmDeployment.API_VERSION,
                        LlmDeployment.KIND,
                        revision.deployment().name())
                .withNewMetric()
                .withName(MetricNames.of(type))
                .withNewSelector()
                .addToMatchLabels(Labels.REVISION, revision.hash())
                .endSelector()
                .endMetric()
                .withTarget(target(type, metric.target()))
                .endObject()
                .build();
    }

    private static MetricTarget target(MetricType type, @Nullable Quantity target) {
        return isShared(type)
                ? new MetricTargetBuilder()
                        .withType("AverageValue")
                        .withAverageValue(target)
                        .build()
                : new MetricTargetBuilder().withType("Value").withValue(target).build();
    }

    /** The spec's own, and its scale-down delay where that says nothing of it. */
    static HorizontalPodAutoscalerBehavior behavior(AutoscalingSpec scaling) {
        var written = scaling.behavior() == null ? new HorizontalPodAutoscalerBehavior() : read(scaling.behavior());
        var scaleDown = written.getScaleDown();
        if (scaleDown != null && scaleDown.getStabilizationWindowSeconds() != null) {
            return written;
        }
        return new HorizontalPodAutoscalerBehaviorBuilder(written)
                .editOrNewScaleDown()
                .withStabilizationWindowSeconds(
                        Math.min(LONGEST_WINDOW_SECONDS, Seconds.atLeastOne(scaling.scaleDownDelay())))
                .endScaleDown()
                .build();
    }

    private static HorizontalPodAutoscalerBehavior read(ObjectNode behavior) {
        try {
            return Json.read(behavior, HorizontalPodAutoscalerBehavior.class);
        } catch (IllegalArgumentException problem) {
            throw new InvalidResourceException(
                    "spec.autoscaling.behavior: expected a HorizontalPodAutoscaler's, got one that cannot be read: "
                            + Json.firstLine(problem));
        }
    }
}
