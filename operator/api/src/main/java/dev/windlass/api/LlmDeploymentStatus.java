package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the operator saw and did. As with the spec, reading one never throws.
 *
 * @param phase for people who print it; programs look at the conditions
 * @param replicas the pods of all revisions
 * @param canaryWeight in percent; null without a canary
 */
@JsonDeserialize(using = Reading.OfStatus.class)
public record LlmDeploymentStatus(
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("One word for people; programs look at the conditions.") @Nullable
        Phase phase,

        String url,

        @StatusReplicas @JsonPropertyDescription("The pods of all revisions.") @Nullable
        Integer replicas,

        @Nullable Integer readyReplicas,

        @JsonPropertyDescription("Ready pods and wanted ones, such as 2/3.")
        String readyOfDesired,

        @LabelSelector @JsonPropertyDescription("Selects the pods of all revisions.")
        String selector,

        String stableRevision,
        String canaryRevision,

        @JsonPropertyDescription("The canary's share of users in percent.") @Nullable
        Integer canaryWeight,

        @JsonPropertyDescription("What was decided where the spec left it open.") @Nullable
        Derived derived,

        @Nullable Model model,

        @JsonPropertyDescription("A download that is under way.") @Nullable
        Download download,

        List<Revision> revisions,
        @Nullable RolloutStatus rollout,
        @Nullable AutoscalingStatus autoscaling,
        List<Condition> conditions,

        @JsonPropertyDescription("What the operator remembers from one decision to the next; no interface.") @Nullable
        ObjectNode memory)
        implements Block {
    /** The status of a resource that nobody has looked at. */
    public static final LlmDeploymentStatus ABSENT = new LlmDeploymentStatus(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    public LlmDeploymentStatus(
            @Nullable Long observedGeneration,
            @Nullable Phase phase,
            @Nullable String url,
            @Nullable Integer replicas,
            @Nullable Integer readyReplicas,
            @Nullable String readyOfDesired,
            @Nullable String selector,
            @Nullable String stableRevision,
            @Nullable String canaryRevision,
            @Nullable Integer canaryWeight,
            @Nullable Derived derived,
            @Nullable Model model,
            @Nullable Download download,
            @Nullable List<Revision> revisions,
            @Nullable RolloutStatus rollout,
            @Nullable AutoscalingStatus autoscaling,
            @Nullable List<Condition> conditions,
            @Nullable ObjectNode memory) {
        this.observedGeneration = observedGeneration;
        this.phase = phase;
        this.url = text(url);
        this.replicas = replicas;
        this.readyReplicas = readyReplicas;
        this.readyOfDesired = text(readyOfDesired);
        this.selector = text(selector);
        this.stableRevision = text(stableRevision);
        this.canaryRevision = text(canaryRevision);
        this.canaryWeight = canaryWeight;
        this.derived = derived;
        this.model = model;
        this.download = download;
        this.revisions = list(revisions);
        this.rollout = rollout;
        this.autoscaling = autoscaling;
        this.conditions = list(conditions);
        this.memory = memory;
    }

    /** The condition of that type, where somebody has set it. */
    public Optional<Condition> condition(String type) {
        return conditions.stream().filter(one -> type.equals(one.getType())).findFirst();
    }

    /** One word for the whole. */
    public enum Phase {
        Pending,
        Downloading,
        Converting,
        Loading,
        Ready,
        Canary,
        RollingBack,
        Sleeping,
        Suspended,
        Degraded,
        Failed
    }

    /** What was decided where the spec left it open. */
    public record Derived(
            @Nullable Quantity cpu,
            @Nullable Quantity memory,
            @Nullable Integer gpu,
            RuntimeSpec.@Nullable Provider provider,
            ModelSpec.@Nullable Quantization quantization)
            implements Block {}

    /** The model that is served. */
    public record Model(
            String resolvedRevision,
            String digest,
            @Nullable Long bytes,
            ModelSpec.@Nullable Format format) implements Block {
        public Model(
                @Nullable String resolvedRevision,
                @Nullable String digest,
                @Nullable Long bytes,
                ModelSpec.@Nullable Format format) {
            this.resolvedRevision = text(resolvedRevision);
            this.digest = text(digest);
            this.bytes = bytes;
            this.format = format;
        }
    }

    /** A download that is under way. */
    public record Download(
            @Nullable Integer percent,
            @Nullable Long bytesPerSecond,
            @Nullable Long remainingSeconds) implements Block {}

    /** A revision that has pods or is to have some. */
    public record Revision(
            String name,
            @Nullable Role role,

            @JsonPropertyDescription("The variant it serves; empty for the base.")
            String variant,

            @Nullable Integer weight,
            @Nullable Integer replicas,
            @Nullable Integer ready,

            @JsonPropertyDescription("Pods that the gateway can reach.") @Nullable
            Integer routable,

            String model,
            String createdAt)
            implements Block {
        public Revision {
            name = text(name);
            variant = text(variant);
            model = text(model);
            createdAt = text(createdAt);
        }
    }

    /** What a revision is for. */
    public enum Role {
        Stable,
        Canary,
        Variant,
        Retiring
    }
}
