package dev.windlass.operator.status;

import dev.windlass.api.AutoscalingStatus;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.api.LlmDeploymentStatus.Phase;
import dev.windlass.api.LlmDeploymentStatus.Role;
import dev.windlass.operator.desired.DesiredRevision;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.desired.RevisionRecord;
import dev.windlass.operator.memory.MemoryJson;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.Trouble;
import dev.windlass.operator.scaling.ScalingDecision;
import dev.windlass.operator.scaling.ScalingState;
import dev.windlass.operator.settings.Scalings;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the status. The same situation and the same status before give the same status. */
public final class StatusCalculator {
    private final Situation situation;
    private final LlmDeployment resource;

    private StatusCalculator(Situation situation) {
        this.situation = situation;
        this.resource = situation.resource();
    }

    /** @param before the status to be replaced */
    public static LlmDeploymentStatus calculate(Situation situation, LlmDeploymentStatus before) {
        return new StatusCalculator(situation).calculate(before);
    }

    /**
     * The status of a resource that cannot be carried out: what it said before, and why nothing is done.
     *
     * @param type the condition that is not met
     */
    public static LlmDeploymentStatus refused(
            LlmDeployment resource,
            LlmDeploymentStatus before,
            String type,
            String reason,
            String message,
            Instant now) {
        var conditions =
                new Conditions(before.conditions(), resource.getMetadata().getGeneration(), now);
        boolean serves = before.condition("Ready")
                .filter(ready -> "True".equals(ready.getStatus()))
                .isPresent();
        conditions.set("Ready", serves, reason, message);
        conditions.set(type, false, reason, message);
        List<Condition> kept = before.conditions().stream()
                .filter(one -> !"Ready".equals(one.getType()) && !type.equals(one.getType()))
                .toList();
        return new LlmDeploymentStatus(
                resource.getMetadata().getGeneration(),
                serves ? Phase.Degraded : Phase.Failed,
                before.url(),
                before.replicas(),
                before.readyReplicas(),
                before.readyOfDesired(),
                before.selector(),
                before.stableRevision(),
                before.canaryRevision(),
                before.canaryWeight(),
                before.derived(),
                before.model(),
                null,
                before.revisions(),
                before.rollout(),
                before.autoscaling(),
                Stream.concat(conditions.list().stream(), kept.stream()).toList(),
                before.memory());
    }

    private LlmDeploymentStatus calculate(LlmDeploymentStatus before) {
        Optional<PlannedRevision> canary = planned(dev.windlass.operator.rollout.Role.Candidate.class);
        Optional<PlannedRevision> stable = planned(dev.windlass.operator.rollout.Role.Stable.class);
        DesiredRevision kept = stable.flatMap(one -> situation.seen().kept(one.hash()))
                .map(one -> RevisionRecord.read(resource, one))
                .orElse(null);
        List<PlannedRevision> planned = situation.plan().revisions();
        int pods = planned.stream().mapToInt(situation::pods).sum();
        int ready = planned.stream().mapToInt(situation::ready).sum();
        return new LlmDeploymentStatus(
                resource.getMetadata().getGeneration(),
                phase(),
                "http://%s.%s.svc".formatted(resource.name(), resource.namespace()),
                pods,
                ready,
                ready + "/" + situation.wantedReplicas(),
                // What only prepares a model has no revision, and is none of the replicas.
                Labels.NAME + "=" + resource.name() + "," + Labels.REVISION,
                stable.map(one -> name(one.hash())).orElse(""),
                canary.map(one -> name(one.hash())).orElse(""),
                canary.map(PlannedRevision::weight).orElse(null),
                DerivedWords.derived(situation.stable(), kept),
                DerivedWords.model(
                        kept,
                        stable.map(one -> situation.memory().models().get(one.hash()))
                                .orElse(null)),
                situation.download().map(LoadingWords::download).orElse(null),
                planned.stream().filter(this::isToldOf).map(this::revision).toList(),
                new RolloutWords(resource, situation.plan().state()).status(),
                autoscaling(),
                ConditionWords.of(situation, before),
                MemoryJson.write(situation.memory()));
    }

    private Phase phase() {
        if (situation.isSuspended()) {
            return Phase.Suspended;
        }
        if (situation.isAsleep()) {
            return Phase.Sleeping;
        }
        if (!situation.isServed()) {
            return unserved();
        }
        return switch (situation.phase()) {
            case dev.windlass.operator.rollout.Phase.Returning returning -> Phase.RollingBack;
            case dev.windlass.operator.rollout.Phase.Smoking smoking -> Phase.Canary;
            case dev.windlass.operator.rollout.Phase.Stepping stepping -> Phase.Canary;
            case dev.windlass.operator.rollout.Phase.Analyzing analyzing -> Phase.Canary;
            case dev.windlass.operator.rollout.Phase.Held held -> Phase.Canary;
            case dev.windlass.operator.rollout.Phase.Settled _,
                    dev.windlass.operator.rollout.Phase.Preparing _,
                    dev.windlass.operator.rollout.Phase.Rolling _,
                    dev.windlass.operator.rollout.Phase.Standby _,
                    dev.windlass.operator.rollout.Phase.Switched _,
                    dev.windlass.operator.rollout.Phase.Stopping _,
                    dev.windlass.operator.rollout.Phase.Starting _ ->
                situation.trouble().isPresent() ? Phase.Degraded : Phase.Ready;
        };
    }

    private Phase unserved() {
        Optional<Trouble> trouble = situation.trouble();
        if (trouble.isPresent()) {
            return trouble.orElseThrow().kind().isWantOfRoom() ? Phase.Pending : Phase.Failed;
        }
        boolean exist = situation.serving().stream().anyMatch(planned -> situation.pods(planned) > 0);
        return situation.foremost().map(LoadingWords::phase).orElse(exist ? Phase.Loading : Phase.Pending);
    }

    private Optional<PlannedRevision> planned(Class<? extends dev.windlass.operator.rollout.Role> role) {
        return situation.plan().revisions().stream()
                .filter(one -> role.isInstance(one.role()))
                .findFirst();
    }

    private boolean isToldOf(PlannedRevision planned) {
        return !(planned.role() instanceof dev.windlass.operator.rollout.Role.Retired)
                || planned.replicas() > 0
                || planned.weight() > 0
                || situation.pods(planned) > 0;
    }

    private LlmDeploymentStatus.Revision revision(PlannedRevision planned) {
        Optional<ControllerRevision> kept = situation.seen().kept(planned.hash());
        return new LlmDeploymentStatus.Revision(
                name(planned.hash()),
                role(planned.role()),
                planned.role() instanceof dev.windlass.operator.rollout.Role.Variant(String variant) ? variant : "",
                planned.weight(),
                planned.replicas(),
                situation.ready(planned),
                situation.routable(planned),
                kept.map(one -> RevisionRecord.read(resource, one)
                                .spec()
                                .model()
                                .uri())
                        .orElse(""),
                kept.map(one -> one.getMetadata().getCreationTimestamp()).orElse(""));
    }

    /** What a revision is for, as the status and the labels call it. */
    public static Role role(dev.windlass.operator.rollout.Role role) {
        return switch (role) {
            case dev.windlass.operator.rollout.Role.Stable stable -> Role.Stable;
            case dev.windlass.operator.rollout.Role.Candidate candidate -> Role.Canary;
            case dev.windlass.operator.rollout.Role.Variant variant -> Role.Variant;
            case dev.windlass.operator.rollout.Role.Retired retired -> Role.Retiring;
        };
    }

    private @Nullable AutoscalingStatus autoscaling() {
        ScalingDecision scaling = situation.scaling();
        if (scaling == null) {
            return null;
        }
        int current = situation.plan().revisions().stream()
                .filter(planned -> !(planned.role() instanceof dev.windlass.operator.rollout.Role.Retired))
                .mapToInt(situation::pods)
                .sum();
        return new AutoscalingStatus(
                scaling.replicas(),
                current,
                scaling.metric() == null ? null : Scalings.of(scaling.metric()),
                scaling.value() == null ? "" : String.format(Locale.ROOT, "%.4g", scaling.value()),
                scaling.state().history().reversed().stream()
                        .map(StatusCalculator::change)
                        .toList());
    }

    private static AutoscalingStatus.Change change(ScalingState.Change change) {
        return new AutoscalingStatus.Change(time(change.at()), change.from(), change.to(), change.reason());
    }

    private String name(String hash) {
        return resource.name() + "-" + hash;
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
