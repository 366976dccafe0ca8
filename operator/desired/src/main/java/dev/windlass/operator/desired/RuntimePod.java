package dev.windlass.operator.desired;

import dev.windlass.api.SchedulingSpec;
import dev.windlass.api.SchedulingSpec.TopologySpread;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pods of one revision, with the user's overlay over them. */
final class RuntimePod {
    /** Between the end of preStop and the last answer of a drained process. */
    private static final int GRACE_SECONDS = 10;

    private RuntimePod() {}

    static PodTemplateSpec of(DesiredRevision revision, Installation installation) {
        var accelerator = Accelerator.of(revision.spec(), installation);
        var scheduling = revision.spec().scheduling();
        var volumes = RuntimeTls.addTo(ModelVolumes.of(revision), revision.deployment(), installation);
        PodTemplateSpec template = new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(Labels.of(revision))
                .endMetadata()
                .withSpec(new PodSpecBuilder()
                        .withServiceAccountName(RuntimeServiceAccount.name(revision))
                        .withAutomountServiceAccountToken(false)
                        // Variables named after other Services could be taken for the runtime's own.
                        .withEnableServiceLinks(false)
                        // Process 1 of a container hears no signal that it has no handler for, and a JVM has none in
                        // its first
                        // moments: deleted then, it would live on for its whole grace period.
                        .withShareProcessNamespace(true)
                        .withSecurityContext(PodSecurity.pod())
                        .withImagePullSecrets(installation.imagePullSecrets().stream()
                                .map(LocalObjectReference::new)
                                .toList())
                        .withTerminationGracePeriodSeconds((long) RuntimeContainer.PRE_STOP_SECONDS
                                + Seconds.atLeastOne(revision.spec().drain().timeout())
                                + GRACE_SECONDS)
                        .withPriorityClassName(orNull(scheduling.priorityClassName()))
                        .withRuntimeClassName(orNull(scheduling.runtimeClassName()))
                        .withNodeSelector(accelerator.nodeSelector())
                        .withAffinity(accelerator.affinity())
                        .withTolerations(accelerator.tolerations())
                        .withTopologySpreadConstraints(spread(revision, scheduling))
                        .withResourceClaims(DeviceClaim.claims(revision))
                        .withContainers(RuntimeContainer.of(revision, installation, accelerator, volumes))
                        .withVolumes(volumes.volumes())
                        .build())
                .build();
        return PodOverlay.apply(revision, template);
    }

    private static List<TopologySpreadConstraint> spread(DesiredRevision revision, SchedulingSpec scheduling) {
        if (scheduling.topologySpread() == TopologySpread.None) {
            return List.of();
        }
        return List.of(new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey(
                        scheduling.topologySpread() == TopologySpread.Zone
                                ? "topology.kubernetes.io/zone"
                                : "kubernetes.io/hostname")
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(Labels.selector(revision))
                .endLabelSelector()
                .build());
    }

    static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
