package dev.windlass.operator.control;

import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.AutoscalingSpec.Provider;
import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.gateway.RevisionKey;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.observe.KedaWord;
import dev.windlass.operator.observe.Pods;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.scaling.Autoscaler;
import dev.windlass.operator.scaling.Load;
import dev.windlass.operator.scaling.Reading;
import dev.windlass.operator.scaling.Replica;
import dev.windlass.operator.scaling.ScalingDecision;
import dev.windlass.operator.scaling.ScalingDecision.Status;
import dev.windlass.operator.scaling.ScalingMetric;
import dev.windlass.operator.scaling.ScalingSettings;
import dev.windlass.operator.scaling.ScalingState;
import dev.windlass.operator.settings.Scalings;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas there shall be in all. Where a HorizontalPodAutoscaler or KEDA scales, its count is taken while no rollout is under
 * way; sleeping, waking, and the total during a rollout are always decided here.
 */
final class Scaling {
    private final Surroundings around;
    private final LlmDeployment resource;
    private final Seen seen;
    private final Memory memory;
    private final Instant now;
    /** Why nobody else scales who was asked to. Looked for once: in one pass the answer must not change. */
    private final Optional<String> obstacle;

    /** @param knowsKeda whether the cluster has ScaledObjects */
    Scaling(Surroundings around, LlmDeployment resource, Seen seen, Memory memory, boolean knowsKeda, Instant now) {
        this.around = around;
        this.resource = resource;
        this.seen = seen;
        this.memory = memory;
        this.now = now;
        this.obstacle = !Kinds.isByKeda(resource)
                ? around.obstacle().get()
                : knowsKeda ? Optional.empty() : Optional.of("this cluster has no ScaledObjects (keda.sh/v1alpha1)");
    }

    /** @param decision absent without autoscaling */
    record Total(int replicas, @Nullable ScalingDecision decision) {}

    Total total() {
        var spec = resource.spec();
        AutoscalingSpec scaling = spec.autoscaling();
        if (spec.suspend()) {
            return new Total(0, null);
        }
        if (scaling == null) {
            return new Total(spec.replicas() == null ? 1 : spec.replicas(), null);
        }
        ScalingDecision decision = decide(scaling);
        return new Total(decision.replicas(), decision);
    }

    private ScalingDecision decide(AutoscalingSpec scaling) {
        ScalingSettings settings = Scalings.of(scaling);
        int current = current();
        ScalingDecision decision = Autoscaler.decide(settings, memory.scaling(), load(settings), current, now);
        boolean isLeftToAutoscaler = isByAutoscaler() && isSettled() && current > 0 && decision.replicas() > 0;
        return isLeftToAutoscaler ? asTheAutoscalerSays(decision, current, settings) : told(decision, scaling);
    }

    /** Who asked for a HorizontalPodAutoscaler or for KEDA learns why there is none. */
    private ScalingDecision told(ScalingDecision decision, AutoscalingSpec scaling) {
        boolean isAskedFor = scaling.provider() == Provider.Hpa || scaling.provider() == Provider.Keda;
        return isAskedFor && obstacle.isPresent()
                ? decision.because(decision.reason() + "; the operator scales by itself: " + obstacle.get())
                : decision;
    }

    private int current() {
        if (isByAutoscaler() && isSettled() && memory.replicas() > 0) {
            return live();
        }
        return memory.replicas();
    }

    private ScalingDecision asTheAutoscalerSays(ScalingDecision decision, int live, ScalingSettings settings) {
        boolean hasChanged = live != memory.replicas();
        // What was decided here and not done must not be remembered as a change.
        ScalingState state = new ScalingState(
                decision.state().recommended(),
                decision.state().idleSince(),
                memory.scaling().history());
        if (hasChanged) {
            String whose = Kinds.isByKeda(resource) ? "by KEDA; " : "by the HorizontalPodAutoscaler; ";
            state = state.changed(new ScalingState.Change(now, memory.replicas(), live, whose + decision.reason()));
        }
        Optional<String> complaint = complaint();
        Status status = complaint.isPresent()
                ? Status.MetricsUnavailable
                : live >= settings.maxReplicas() ? Status.AtMax : decision.status();
        return new ScalingDecision(
                live,
                status,
                complaint.orElse(decision.reason()),
                decision.metric(),
                decision.value(),
                state,
                decision.lookAgain());
    }

    /** What keeps KEDA from scaling the stable revision. */
    private Optional<String> complaint() {
        return Optional.ofNullable(memory.rollout().stable())
                .filter(_ -> Kinds.isByKeda(resource))
                .flatMap(seen::scaledObject)
                .flatMap(one -> KedaWord.complaint(one, now));
    }

    /** The count that the autoscaler gave the stable revision. */
    private int live() {
        String stable = memory.rollout().stable();
        Integer replicas = stable == null
                ? null
                : seen.deployment(stable)
                        .map(one -> one.getSpec().getReplicas())
                        .orElse(null);
        return replicas == null || replicas == 0 ? memory.replicas() : replicas;
    }

    private boolean isSettled() {
        return memory.rollout().phase() instanceof Phase.Settled;
    }

    /** Whether HorizontalPodAutoscalers count the replicas, those of KEDA's making too. */
    boolean isByAutoscaler() {
        AutoscalingSpec scaling = resource.spec().autoscaling();
        if (scaling == null || resource.spec().suspend()) {
            return false;
        }
        return switch (scaling.provider()) {
            // An autoscaler without metrics would stand still for ever.
            case Hpa, Auto, Keda -> obstacle.isEmpty();
            case Internal -> false;
        };
    }

    /** How long until the readings are looked at again; absent where nothing here depends on them. */
    @Nullable
    Duration pause() {
        AutoscalingSpec scaling = resource.spec().autoscaling();
        if (scaling == null || resource.spec().suspend()) {
            return null;
        }
        boolean maySleep = scaling.provider() != Provider.Internal && scaling.minReplicas() == 0;
        // Nobody tells that KEDA says nothing.
        boolean isLookedAt = maySleep || !isSettled() || Kinds.isByKeda(resource);
        return isByAutoscaler() ? (isLookedAt ? Duration.ofSeconds(10) : null) : Duration.ofSeconds(5);
    }

    private Load load(ScalingSettings settings) {
        List<Replica> replicas = seen.deployments().stream()
                .map(Seen::hash)
                .flatMap(hash -> replicas(hash, settings).stream())
                .toList();
        return new Load(
                replicas,
                around.gateways().load(resource.namespace(), resource.name()).orElse(null));
    }

    private List<Replica> replicas(String hash, ScalingSettings settings) {
        List<Pod> pods =
                seen.pods(hash).stream().filter(pod -> !Pods.isTerminating(pod)).toList();
        var key = new RevisionKey(resource.namespace(), resource.name(), hash);
        long ready = pods.stream().filter(Pods::isReady).count();
        Map<String, Map<ScalingMetric, Reading>> said = around.runtimes().readings(key);
        Map<ScalingMetric, Reading> shared = shared(key, ready, settings);
        return pods.stream()
                .map(pod -> {
                    Map<ScalingMetric, Reading> readings = new EnumMap<>(ScalingMetric.class);
                    readings.putAll(said.getOrDefault(address(pod), Map.of()));
                    readings.putAll(shared);
                    return new Replica(Pods.state(pod), readings);
                })
                .toList();
    }

    /** What only the gateways know: of the whole revision, so that each of its pods has its part. */
    private Map<ScalingMetric, Reading> shared(RevisionKey key, long ready, ScalingSettings settings) {
        Map<ScalingMetric, Reading> readings = new EnumMap<>(ScalingMetric.class);
        if (ready == 0) {
            return readings;
        }
        if (settings.targets().containsKey(ScalingMetric.TokensPerSecond)) {
            around.gateways()
                    .tokensPerSecond(key)
                    .ifPresent(all -> readings.put(ScalingMetric.TokensPerSecond, new Reading(all / ready, now)));
        }
        if (settings.targets().containsKey(ScalingMetric.TimeToFirstToken)) {
            around.gateways()
                    .timeToFirstToken(key)
                    .ifPresent(seconds -> readings.put(ScalingMetric.TimeToFirstToken, new Reading(seconds, now)));
        }
        return readings;
    }

    private String address(Pod pod) {
        URI address = around.runtimeAddress().apply(pod);
        return address.getHost() == null ? "" : address.getAuthority();
    }
}
