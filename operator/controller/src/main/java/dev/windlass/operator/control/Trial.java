package dev.windlass.operator.control;

import dev.windlass.api.CanarySpec;
import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.gateway.RevisionKey;
import dev.windlass.operator.observe.Pods;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.DueCheck;
import dev.windlass.operator.rollout.Measurement;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.RolloutSettings;
import dev.windlass.operator.rollout.RolloutState;
import dev.windlass.operator.rollout.SmokeResult;
import dev.windlass.operator.smoke.SmokeTests;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The evidence on a canary: what users experienced of it, and how it answered its smoke prompts. */
final class Trial {
    /** Users of an hour ago say little of now. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Surroundings around;
    private final LlmDeployment resource;
    private final Seen seen;
    private final RolloutState state;

    Trial(Surroundings around, LlmDeployment resource, Seen seen, RolloutState state) {
        this.around = around;
        this.resource = resource;
        this.seen = seen;
        this.state = state;
    }

    static RevisionKey key(LlmDeployment resource, String hash) {
        return new RevisionKey(resource.namespace(), resource.name(), hash);
    }

    /**
     * Stable and canary since the step began.
     *
     * @param replicas how many shall serve in all
     */
    Map<String, Measurement> measurements(RolloutSettings settings, int replicas, Instant now) {
        String stable = state.stable();
        if (stable == null || !(state.phase() instanceof Phase.Analyzing analyzing)) {
            return Map.of();
        }
        Instant from = analyzing.since().isBefore(now.minus(LONGEST)) ? now.minus(LONGEST) : analyzing.since();
        Map<String, Measurement> measured = around.gateways()
                .measure(resource.namespace(), resource.name(), Set.of(stable, analyzing.candidate()), from);
        return new OutsideAnswers(around, resource)
                .addTo(measured, DueCheck.of(state, settings, replicas, now), from, now);
    }

    /** Asks as soon as a pod of the canary is ready. */
    Map<String, SmokeResult> smoke() {
        Optional<CanarySpec.Smoke> smoke = resource.spec().canary().map(CanarySpec::smoke);
        String uid = resource.getMetadata().getUid();
        if (smoke.isEmpty() || !(state.phase() instanceof Phase.Smoking smoking)) {
            around.smoke().retain(Set.of(), uid);
            return Map.of();
        }
        var trial = new SmokeTests.Trial(
                uid, smoking.candidate(), smoke.orElseThrow().prompts());
        around.smoke().retain(Set.of(trial), uid);
        Optional<Pod> pod =
                seen.pods(smoking.candidate()).stream().filter(Pods::isReady).findFirst();
        if (pod.isEmpty()) {
            return Map.of();
        }
        List<String> names = resource.spec().model().servedNames();
        SmokeResult result = around.smoke()
                .of(
                        trial,
                        around.runtimeAddress().apply(pod.orElseThrow()),
                        names.isEmpty() ? resource.name() : names.getFirst(),
                        () -> around.wake().accept(resource));
        return Map.of(smoking.candidate(), result);
    }
}
