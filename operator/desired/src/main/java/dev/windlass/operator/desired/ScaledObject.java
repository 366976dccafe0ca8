package dev.windlass.operator.desired;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What KEDA scales by, as much of it as Windlass writes and reads. */
@Group("keda.sh")
@Version("v1alpha1")
@Kind("ScaledObject")
@Singular("scaledobject")
@Plural("scaledobjects")
public final class ScaledObject extends CustomResource<ScaledObject.Spec, ScaledObject.Status> implements Namespaced {
    private static final long serialVersionUID = 1L;

    /** How many replicas, of what, by which triggers. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Spec(
            @Nullable Target scaleTargetRef,
            int minReplicaCount,
            int maxReplicaCount,
            @Nullable Advanced advanced,
            @Nullable List<Trigger> triggers) {}

    /** What is scaled. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Target(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable String name) {}

    /** What KEDA passes on. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Advanced(@Nullable Autoscaler horizontalPodAutoscalerConfig) {}

    /** To the HorizontalPodAutoscaler that KEDA makes. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Autoscaler(@Nullable HorizontalPodAutoscalerBehavior behavior) {}

    /**
     * Whom KEDA asks.
     *
     * @param metricType AverageValue shares the value among the replicas, Value does not
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Trigger(
            @Nullable String type,
            @Nullable String metricType,
            @Nullable Map<String, String> metadata) {}

    /** What KEDA says of it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Status(@Nullable List<Condition> conditions) {}

    /** Without a time: KEDA's conditions have none. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Condition(
            @Nullable String type,
            @Nullable String status,
            @Nullable String reason,
            @Nullable String message) {}

    @Override
    @JsonIgnore
    public String getFullResourceName() {
        return super.getFullResourceName();
    }
}
