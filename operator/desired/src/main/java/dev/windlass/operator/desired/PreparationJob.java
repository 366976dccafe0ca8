package dev.windlass.operator.desired;

import dev.windlass.api.CacheSpec;
import dev.windlass.api.SchedulingSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What fetches a revision's model into the shared cache and converts it there, once and on CPUs, before the first of the pods
 * that would else all do so.
 *
 * <p>Two containers, one after the other, so that the one that runs or failed says what is being done or could not be. No
 * overlay: what it says of the pods that serve, such as a sidecar, would keep a Job from ever being complete.
 */
public final class PreparationJob {
    /** The container that fetches. */
    public static final String DOWNLOAD = "download";
    /** The container that converts. */
    public static final String CONVERT = "convert";

    private static final int RETRIES = 2;
    /** Long enough for people to read what it said. One that failed and is still wanted is tried again when it is gone. */
    private static final int KEPT_SECONDS = 3600;
    /** The command line or an input cannot be used, the model is another one than its digest says, or the container took more memory than it may: so it would again. */
    private static final List<Integer> HOPELESS = List.of(2, 3, 5, 137);

    private PreparationJob() {}

    /** Nothing where every pod has a cache of its own, or nobody asked for it. */
    static Optional<Job> of(DesiredRevision revision, Installation installation) {
        if (!isFor(revision)) {
            return Optional.empty();
        }
        return Optional.of(new JobBuilder()
                .withMetadata(new ObjectMetaBuilder(Metadata.of(revision))
                        .withName(name(revision.name()))
                        .build())
                .withNewSpec()
                .withBackoffLimit(RETRIES)
                .withActiveDeadlineSeconds(
                        (long) Seconds.atLeastOne(revision.spec().startup().timeout()))
                .withTtlSecondsAfterFinished(KEPT_SECONDS)
                .withPodFailurePolicy(failures())
                .withTemplate(pod(revision, installation))
                .endSpec()
                .build());
    }

    static boolean isFor(DesiredRevision revision) {
        CacheSpec cache = revision.deployment().spec().cache();
        return cache.mode() == CacheSpec.Mode.Shared && (revision.spec().model().convert() != null || cache.prefetch());
    }

    /** @param revision a revision's name, of 51 characters at most */
    public static String name(String revision) {
        return revision + "-prepare";
    }

    private static PodFailurePolicy failures() {
        return new PodFailurePolicyBuilder()
                // A node that goes is nobody's failure.
                .addNewRule()
                .withAction("Ignore")
                .addNewOnPodCondition("True", "DisruptionTarget")
                .endRule()
                .addNewRule()
                .withAction("FailJob")
                .withNewOnExitCodes()
                .withOperator("In")
                .withValues(HOPELESS)
                .endOnExitCodes()
                .endRule()
                .build();
    }

    private static PodTemplateSpec pod(DesiredRevision revision, Installation installation) {
        boolean servesOnCpu = !Accelerator.of(revision.spec(), installation).isGpu();
        var accelerator = Accelerator.none(revision.spec(), servesOnCpu);
        SchedulingSpec scheduling = revision.spec().scheduling();
        var volumes = ModelVolumes.of(revision);
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels(revision))
                .endMetadata()
                .withNewSpec()
                // A pod that failed stays, so that it can be asked why.
                .withRestartPolicy("Never")
                .withServiceAccountName(RuntimeServiceAccount.name(revision))
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                // As in the pods that serve.
                .withShareProcessNamespace(true)
                .withSecurityContext(PodSecurity.pod())
                .withImagePullSecrets(installation.imagePullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withPriorityClassName(RuntimePod.orNull(scheduling.priorityClassName()))
                // Where pods have GPUs, their runtime class is the GPUs'.
                .withRuntimeClassName(servesOnCpu ? RuntimePod.orNull(scheduling.runtimeClassName()) : null)
                .withNodeSelector(accelerator.nodeSelector())
                .withTolerations(accelerator.tolerations())
                .withInitContainers(container(
                        DOWNLOAD,
                        RuntimeArguments.pull(revision, volumes),
                        revision,
                        installation,
                        accelerator,
                        volumes))
                .withContainers(new ContainerBuilder(container(
                                CONVERT,
                                RuntimeArguments.convert(revision, volumes),
                                revision,
                                installation,
                                accelerator,
                                volumes))
                        // For the network policy, which lets the operator ask. Once: a pod's ports have different
                        // names.
                        .withPorts(RuntimeContainer.port(RuntimeContainer.PORT_NAME))
                        .build())
                .withVolumes(volumes.volumes())
                .endSpec()
                .build();
    }

    /** Without the revision's label and the runtime's name: nothing that looks for pods that serve may find it. */
    private static Map<String, String> labels(DesiredRevision revision) {
        var labels = new TreeMap<>(Labels.of(revision.deployment()));
        labels.put("app.kubernetes.io/name", "windlass-preparation");
        labels.put(Labels.PREPARES, revision.hash());
        return labels;
    }

    private static Container container(
            String name,
            List<String> arguments,
            DesiredRevision revision,
            Installation installation,
            Accelerator accelerator,
            ModelVolumes volumes) {
        return new ContainerBuilder(RuntimeContainer.plain(revision, installation, accelerator, volumes))
                .withName(name)
                .withArgs(arguments)
                .build();
    }
}
