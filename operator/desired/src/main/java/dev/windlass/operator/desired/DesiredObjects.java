package dev.windlass.operator.desired;

import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.api.LlmDeploymentStatus.Role;
import dev.windlass.api.VariantSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From a resource to the objects it needs, under one installation's settings. How many replicas a revision has and what it
 * is for come from the rollout's plan.
 */
public final class DesiredObjects {
    private final Installation installation;

    public DesiredObjects(Installation installation) {
        this.installation = installation;
    }

    /** The settings that the objects are made under. */
    public Installation installation() {
        return installation;
    }

    /** What a resource has once, whatever its revisions. */
    public List<HasMetadata> ofDeployment(LlmDeployment deployment) {
        var objects = new ArrayList<HasMetadata>();
        objects.add(RuntimeServiceAccount.of(deployment));
        objects.add(RuntimeNetworkPolicy.of(deployment, installation));
        SharedCache.of(deployment).ifPresent(objects::add);
        objects.add(ModelService.of(deployment, installation));
        ModelIngress.of(deployment).ifPresent(objects::add);
        ModelRoute.of(deployment, installation).ifPresent(objects::add);
        return objects;
    }

    /** What every revision has beside its pods. */
    public List<HasMetadata> ofRevision(DesiredRevision revision) {
        var objects = new ArrayList<HasMetadata>();
        DeviceClaim.of(revision).ifPresent(objects::add);
        objects.add(RevisionService.of(revision));
        objects.add(DisruptionBudget.of(revision));
        return objects;
    }

    /** Whether a revision's model is made ready before it has pods. */
    public static boolean isPrepared(DesiredRevision revision) {
        return PreparationJob.isFor(revision);
    }

    /** What makes a revision's model ready before it has pods; nothing where each pod does so itself. */
    public Optional<Job> preparation(DesiredRevision revision) {
        return PreparationJob.of(revision, installation);
    }

    /**
     * A revision's pods.
     *
     * @param replicas null leaves them to an autoscaler
     * @throws dev.windlass.api.InvalidResourceException where the spec names a GPU class that there is not, or its overlay
     *     cannot be applied
     */
    public Deployment deployment(DesiredRevision revision, Role role, @Nullable Integer replicas) {
        return RuntimeDeployment.of(revision, installation, role, replicas);
    }

    /** The same, with pods that speak plain HTTP. */
    public DesiredObjects withPlainPods() {
        return new DesiredObjects(installation.withMutualTls(Installation.MutualTls.Never));
    }

    /** What a resource's pods prove themselves with: a Secret that goes with the resource. */
    public static Secret certificate(LlmDeployment deployment, Map<String, String> data) {
        return RuntimeTls.secret(deployment, data);
    }

    /**
     * What a revision can be made from again.
     *
     * @param number ascending in the order of creation
     */
    public ControllerRevision record(DesiredRevision revision, long number) {
        return RevisionRecord.of(revision, number);
    }

    /**
     * What scales a revision, where somebody else than the operator shall: a HorizontalPodAutoscaler, or a ScaledObject for KEDA.
     *
     * @param minimum the fewest pods of this revision; fewer than 1 count as 1
     */
    public Optional<HasMetadata> autoscaler(DesiredRevision revision, int minimum, int maximum) {
        AutoscalingSpec scaling = revision.deployment().spec().autoscaling();
        if (scaling == null) {
            return Optional.empty();
        }
        int fewest = Math.max(1, minimum);
        int most = Math.max(fewest, maximum);
        return switch (scaling.provider()) {
            case Auto, Hpa -> Optional.of(RevisionAutoscaler.of(revision, scaling, fewest, most));
            case Keda -> Optional.of(RevisionScaledObject.of(revision, scaling, fewest, most, installation));
            case Internal -> Optional.empty();
        };
    }

    /** Everything that a new resource makes: its spec's revision, stable, and one beside it for every variant. */
    public List<HasMetadata> initial(LlmDeployment deployment) {
        LlmDeploymentSpec spec = deployment.spec();
        var base = DesiredRevision.of(deployment, spec.versioned());
        var objects = new ArrayList<>(ofDeployment(deployment));
        var variants = new ArrayList<HasMetadata>();
        int baseWeight = 100;
        for (VariantSpec variant : spec.variants()) {
            var revision = DesiredRevision.of(deployment, spec.versioned().with(variant.overlay()));
            if (!revision.hash().equals(base.hash())) {
                baseWeight -= variant.weight();
                variants.addAll(started(revision, Role.Variant, variant.weight()));
            }
        }
        objects.addAll(started(base, Role.Stable, baseWeight));
        objects.addAll(variants);
        return objects;
    }

    private List<HasMetadata> started(DesiredRevision revision, Role role, int weight) {
        LlmDeploymentSpec spec = revision.deployment().spec();
        AutoscalingSpec scaling = spec.autoscaling();
        var objects = new ArrayList<>(ofRevision(revision));
        if (!spec.suspend()) {
            preparation(revision).ifPresent(objects::add);
        }
        if (spec.suspend()) {
            objects.add(deployment(revision, role, 0));
        } else if (scaling == null) {
            int replicas = spec.replicas() == null ? 1 : spec.replicas();
            objects.add(deployment(revision, role, share(replicas, weight)));
        } else {
            Optional<HasMetadata> scaler =
                    autoscaler(revision, share(scaling.minReplicas(), weight), share(scaling.maxReplicas(), weight));
            objects.add(deployment(revision, role, scaler.isPresent() ? null : share(scaling.minReplicas(), weight)));
            scaler.ifPresent(objects::add);
        }
        return objects;
    }

    /** At least one of a total above 0, as the rollout's plan has it. */
    private static int share(int total, int weight) {
        return total == 0 ? 0 : Math.max(1, Math.ceilDiv(total * weight, 100));
    }
}
