package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to serve and how. Everything but the model's address has a default; a value of 0 or an empty one means "let
 * Windlass decide". The first seven blocks are the versioned ones, see {@link #versioned()}; a change of the others
 * takes effect without touching a pod.
 *
 * <p>Reading one never throws, so that one odd resource cannot stop an operator that watches thousands: what could not be
 * read is as if it were absent, and {@link #unread()} says so.
 *
 * @param replicas null where there is autoscaling, or where one pod is meant
 * @param contentFilter null filters nothing
 * @param responseCache null gives no answer again
 * @param unread what was written and could not be read
 */
@JsonDeserialize(using = Reading.OfSpec.class)
@ValidationRule(value = "!(has(self.replicas) && has(self.autoscaling))", message = Sentences.REPLICAS_OR_AUTOSCALING)
@ValidationRule(
        value =
                "!has(self.variants) || size(self.variants) == 0 || !has(self.rollout) || !(self.rollout.strategy in ['Canary', 'BlueGreen'])",
        message = Sentences.VARIANTS_AND_ROLLOUT)
@ValidationRule(
        value = "!has(self.variants) || self.variants.all(v, self.variants.exists_one(w, w.name == v.name))",
        message = Sentences.VARIANTS_UNIQUE)
@ValidationRule(
        value = "!has(self.variants) || !self.variants.exists(v, v.name in ['stable', 'canary', 'base'])",
        message = Sentences.VARIANT_NAMES)
@ValidationRule(
        value = "!has(self.variants) || self.variants.map(v, v.weight).sum() <= 100",
        message = Sentences.VARIANT_WEIGHTS)
@ValidationRule(
        value = "!has(self.limits) || !has(self.limits.perKey) || (has(self.auth) && self.auth.mode != 'None')",
        message = Sentences.PER_KEY_NEEDS_AUTH)
@ValidationRule(
        value =
                "!has(self.traffic) || !has(self.traffic.sticky) || self.traffic.sticky.by != 'ApiKey' || (has(self.auth) && self.auth.mode == 'ApiKey')",
        message = Sentences.STICKY_NEEDS_KEYS)
@ValidationRule(
        value =
                "!has(self.model.convert) || self.model.convert.target != 'TensorRT' || (has(self.resources) && has(self.resources.gpu) && self.resources.gpu.count > 0)",
        message = Sentences.TENSORRT_NEEDS_GPU)
@ValidationRule(
        value =
                "!has(self.runtime) || !has(self.runtime.provider) || !(self.runtime.provider in ['Cuda', 'TensorRT']) || !has(self.resources) || !has(self.resources.gpu) || self.resources.gpu.count > 0",
        message = Sentences.PROVIDER_NEEDS_GPU)
@ValidationRule(
        value =
                "!has(self.runtime) || !has(self.runtime.provider) || self.runtime.provider != 'Cpu' || !has(self.resources) || !has(self.resources.gpu) || self.resources.gpu.count == 0",
        message = Sentences.CPU_WITH_GPU)
@ValidationRule(
        value =
                "!has(self.traffic) || !has(self.traffic.mirror) || (self.traffic.mirror.to == 'canary' && has(self.rollout) && self.rollout.strategy == 'Canary') || (has(self.variants) && self.variants.exists(v, v.name == self.traffic.mirror.to))",
        message = Sentences.MIRROR)
@ValidationRule(
        value =
                "!has(self.traffic) || !has(self.traffic.rules) || self.traffic.rules.all(r, r.to == 'stable' || (r.to == 'canary' && has(self.rollout) && self.rollout.strategy == 'Canary') || (has(self.variants) && self.variants.exists(v, v.name == r.to)))",
        message = Sentences.RULE)
@ValidationRule(
        value =
                "!has(self.limits) || !has(self.limits.maxInputTokens) || !has(self.model.maxContextTokens) || self.model.maxContextTokens == 0 || self.limits.maxInputTokens <= self.model.maxContextTokens",
        message = Sentences.INPUT_TOKENS)
@ValidationRule(
        value =
                "(has(self.cache) ? self.cache.mode : 'Ephemeral') == (has(oldSelf.cache) ? oldSelf.cache.mode : 'Ephemeral')",
        message = Sentences.CACHE_MODE)
public record LlmDeploymentSpec(
        @Required @JsonPropertyDescription("What to serve. A change makes a new revision.")
        ModelSpec model,

        @JsonPropertyDescription("How the runtime computes. A change makes a new revision.")
        RuntimeSpec runtime,

        @JsonPropertyDescription("What each pod asks for. A change makes a new revision.")
        ResourcesSpec resources,

        @JsonPropertyDescription("Where pods may run. A change makes a new revision.")
        SchedulingSpec scheduling,

        @JsonPropertyDescription("A strategic merge patch for the pod's template. A change makes a new revision.")
        @Nullable
        ObjectNode podOverlay,

        @JsonPropertyDescription("What a pod may take until it is ready. A change makes a new revision.")
        StartupSpec startup,

        @JsonPropertyDescription("How a pod goes. A change makes a new revision.")
        DrainSpec drain,

        @SpecReplicas
        @Min(0)
        @Max(1000)
        @JsonPropertyDescription("How many pods; 1 by default. Set this or autoscaling.")
        @Nullable
        Integer replicas,

        @JsonPropertyDescription("How many pods, by what is asked of them. Set this or replicas.") @Nullable
        AutoscalingSpec autoscaling,

        @JsonPropertyDescription("How a new revision takes the place of the old one.")
        RolloutSpec rollout,

        @Size(max = 8) @JsonPropertyDescription("Long-lived alternatives (A/B) with their shares of the users.")
        List<VariantSpec> variants,

        @JsonPropertyDescription("Which pod gets which request.")
        TrafficSpec traffic,

        @JsonPropertyDescription("Who may ask.") AuthSpec auth,

        @JsonPropertyDescription("What is taken on before requests are refused.")
        LimitsSpec limits,

        @JsonPropertyDescription("What may be asked and answered.") @Nullable
        ContentFilterSpec contentFilter,

        @JsonPropertyDescription("Gives again the answers that requests with one answer only had before.") @Nullable
        ResponseCacheSpec responseCache,

        @JsonPropertyDescription("Where models lie after they were fetched.")
        CacheSpec cache,

        @JsonPropertyDescription("How the model is reached.")
        ExposeSpec expose,

        @JsonPropertyDescription("What is told of requests.")
        ObservabilitySpec observability,

        @JsonPropertyDescription("Takes all pods away, and refuses requests, until it is false again.")
        Boolean suspend,

        @JsonIgnore List<Problem> unread)
        implements Block {
    /** The spec of a resource that has none. */
    public static final LlmDeploymentSpec ABSENT = new LlmDeploymentSpec(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null);

    public LlmDeploymentSpec(
            @Nullable ModelSpec model,
            @Nullable RuntimeSpec runtime,
            @Nullable ResourcesSpec resources,
            @Nullable SchedulingSpec scheduling,
            @Nullable ObjectNode podOverlay,
            @Nullable StartupSpec startup,
            @Nullable DrainSpec drain,
            @Nullable Integer replicas,
            @Nullable AutoscalingSpec autoscaling,
            @Nullable RolloutSpec rollout,
            @Nullable List<VariantSpec> variants,
            @Nullable TrafficSpec traffic,
            @Nullable AuthSpec auth,
            @Nullable LimitsSpec limits,
            @Nullable ContentFilterSpec contentFilter,
            @Nullable ResponseCacheSpec responseCache,
            @Nullable CacheSpec cache,
            @Nullable ExposeSpec expose,
            @Nullable ObservabilitySpec observability,
            @Nullable Boolean suspend,
            @Nullable List<Problem> unread) {
        this.model = or(model, ModelSpec.ABSENT);
        this.runtime = or(runtime, RuntimeSpec.ABSENT);
        this.resources = or(resources, ResourcesSpec.ABSENT);
        this.scheduling = or(scheduling, SchedulingSpec.ABSENT);
        this.podOverlay = podOverlay;
        this.startup = or(startup, StartupSpec.ABSENT);
        this.drain = or(drain, DrainSpec.ABSENT);
        this.replicas = replicas;
        this.autoscaling = autoscaling;
        this.rollout = or(rollout, RolloutSpec.ABSENT);
        this.variants = list(variants);
        this.traffic = or(traffic, TrafficSpec.ABSENT);
        this.auth = or(auth, AuthSpec.ABSENT);
        this.limits = or(limits, LimitsSpec.ABSENT);
        this.contentFilter = contentFilter;
        this.responseCache = responseCache;
        this.cache = or(cache, CacheSpec.ABSENT);
        this.expose = or(expose, ExposeSpec.ABSENT);
        this.observability = or(observability, ObservabilitySpec.ABSENT);
        this.suspend = or(suspend, false);
        this.unread = list(unread);
    }

    /** The blocks that make a revision, and nothing else. */
    public VersionedSpec versioned() {
        return new VersionedSpec(model, runtime, resources, scheduling, podOverlay, startup, drain);
    }

    /** The canary to walk, if the strategy is Canary. */
    public Optional<CanarySpec> canary() {
        return rollout.strategy() == RolloutSpec.Strategy.Canary
                ? Optional.of(or(rollout.canary(), CanarySpec.ABSENT))
                : Optional.empty();
    }

    LlmDeploymentSpec with(List<Problem> problems) {
        return new LlmDeploymentSpec(
                model,
                runtime,
                resources,
                scheduling,
                podOverlay,
                startup,
                drain,
                replicas,
                autoscaling,
                rollout,
                variants,
                traffic,
                auth,
                limits,
                contentFilter,
                responseCache,
                cache,
                expose,
                observability,
                suspend,
                problems);
    }
}
