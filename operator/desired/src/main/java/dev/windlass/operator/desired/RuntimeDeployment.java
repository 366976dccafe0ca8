package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeploymentStatus.Role;
import dev.windlass.api.RolloutSpec;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategyBuilder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The Deployment of one revision. Its template changes only with the operator's own settings, such as the image; a change
 * of the spec makes another revision.
 */
final class RuntimeDeployment {
    private RuntimeDeployment() {}

    /** @param replicas null leaves them to an autoscaler */
    static Deployment of(DesiredRevision revision, Installation installation, Role role, @Nullable Integer replicas) {
        var metadata = new ObjectMetaBuilder(Metadata.of(revision))
                .addToLabels(Labels.ROLE, role.name().toLowerCase(Locale.ROOT))
                .build();
        RolloutSpec rollout = revision.deployment().spec().rollout();
        return new DeploymentBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(Labels.selector(revision))
                .endSelector()
                .withStrategy(strategy(rollout))
                // History is kept in revisions; old ReplicaSets would only tempt to go round them.
                .withRevisionHistoryLimit(0)
                .withProgressDeadlineSeconds(Seconds.atLeastOne(rollout.progressDeadline()))
                .withTemplate(RuntimePod.of(revision, installation))
                .endSpec()
                .build();
    }

    private static DeploymentStrategy strategy(RolloutSpec rollout) {
        var strategy = new DeploymentStrategyBuilder();
        return switch (rollout.strategy()) {
            case Recreate -> strategy.withType("Recreate").build();
            case RollingUpdate, Canary, BlueGreen ->
                strategy.withType("RollingUpdate")
                        .withNewRollingUpdate()
                        .withMaxSurge(new IntOrString(rollout.maxSurge()))
                        .withMaxUnavailable(new IntOrString(rollout.maxUnavailable()))
                        .endRollingUpdate()
                        .build();
        };
    }
}
