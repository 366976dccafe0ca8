package dev.windlass.operator.observe;

import dev.windlass.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster has of one resource.
 *
 * @param kept every revision that is remembered, with or without pods
 */
public record Seen(List<Deployment> deployments, List<Pod> pods, List<ControllerRevision> kept) {
    public Seen {
        deployments = List.copyOf(deployments);
        pods = List.copyOf(pods);
        kept = List.copyOf(kept);
    }

    /** The revision an object belongs to. */
    public static String hash(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Labels.REVISION, "");
    }

    public Optional<Deployment> deployment(String hash) {
        return deployments.stream().filter(one -> hash(one).equals(hash)).findFirst();
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
