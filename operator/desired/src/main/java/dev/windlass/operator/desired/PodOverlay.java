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
            return new PodTemplateSpecBuilder(Json.read(merged, PodTemplateSpec.class))
                    .editOrNewMetadata()
                    .addToLabels(Labels.selector(revision))
                    .endMetadata()
                    .build();
        } catch (IllegalArgumentException problem) {
            throw new InvalidResourceException("spec.podOverlay: " + Json.firstLine(problem));
        }
    }
}
