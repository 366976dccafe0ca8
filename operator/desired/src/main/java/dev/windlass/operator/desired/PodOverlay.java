package dev.windlass.operator.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.api.InvalidResourceException;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;

/**
 * The user's last word on the pod's template. It may change everything but the labels that pods are found by; whether the
 * result is a pod is for the API server to say, in a dry run.
 */
final class PodOverlay {
    private PodOverlay() {}

    static PodTemplateSpec apply(DesiredRevision revision, PodTemplateSpec template) {
        ObjectNode overlay = revision.spec().podOverlay();
        if (overlay == null) {
            return template;
        }
        try {
            var merged = StrategicMerge.apply(Json.tree(template), overlay);
            PodTemplateSpec pod = Json.read(merged, PodTemplateSpec.class);
            requireOwnPort(pod);
            return new PodTemplateSpecBuilder(pod)
                    .editOrNewMetadata()
                    .addToLabels(Labels.selector(revision))
                    .endMetadata()
                    .build();
        } catch (IllegalArgumentException problem) {
            throw new InvalidResourceException("spec.podOverlay: " + Json.firstLine(problem));
        }
    }

    /** What a port of that name speaks is taken for the runtime's, wherever it leads. */
    private static void requireOwnPort(PodTemplateSpec pod) {
        boolean isTaken = pod.getSpec().getContainers().stream()
                .filter(container -> !RuntimeContainer.NAME.equals(container.getName()))
                .flatMap(container -> container.getPorts().stream())
                .anyMatch(port -> RuntimeTls.PORT_NAME.equals(port.getName()));
        if (isTaken) {
            throw new InvalidResourceException(
                    "spec.podOverlay: expected another name than %s for a container's port: it is the runtime's"
                            .formatted(RuntimeTls.PORT_NAME));
        }
    }
}
