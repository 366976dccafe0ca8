package dev.windlass.operator.observe;

import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.desired.ScaledObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster has of one resource.
 *
 * @param jobs what prepares revisions
 * @param kept every revision that is remembered, with or without pods
 * @param scaledObjects what KEDA scales revisions by
 * @param filterPolicy the one that the resource names; null where there is none
 */
public record Seen(
        List<Deployment> deployments,
        List<Pod> pods,
        List<Job> jobs,
        List<ControllerRevision> kept,
        List<ScaledObject> scaledObjects,
        @Nullable LlmFilterPolicy filterPolicy) {
    public Seen {
        deployments = List.copyOf(deployments);
        pods = List.copyOf(pods);
        jobs = List.copyOf(jobs);
        kept = List.copyOf(kept);
        scaledObjects = List.copyOf(scaledObjects);
    }

    /** The same with other revisions remembered. */
    public Seen withKept(List<ControllerRevision> others) {
        return new Seen(deployments, pods, jobs, others, scaledObjects, filterPolicy);
    }

    /** The revision an object belongs to; of what only prepares one nothing. */
    public static String hash(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Labels.REVISION, "");
    }

    public Optional<Deployment> deployment(String hash) {
        return deployments.stream().filter(one -> hash(one).equals(hash)).findFirst();
    }

    /** What KEDA scales a revision by. */
    public Optional<ScaledObject> scaledObject(String hash) {
        return scaledObjects.stream().filter(one -> hash(one).equals(hash)).findFirst();
    }

    /** What prepares a revision's model. */
    public Optional<Job> job(String hash) {
        return jobs.stream().filter(one -> hash(one).equals(hash)).findFirst();
    }

    /** The pods of a revision's preparation, those that ended too. */
    public List<Pod> preparers(String hash) {
        return pods.stream().filter(pod -> hash.equals(prepares(pod))).toList();
    }

    /** The revision whose model a pod prepares; nothing of other pods. */
    public static String prepares(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Labels.PREPARES, "");
    }

    public Optional<ControllerRevision> kept(String hash) {
        return kept.stream().filter(one -> hash(one).equals(hash)).findFirst();
    }

    /** The pods of a revision that still hold what they were given. */
    public List<Pod> pods(String hash) {
        return pods.stream()
                .filter(pod -> hash(pod).equals(hash) && !Pods.hasEnded(pod))
                .toList();
    }
}
