package dev.windlass.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.VersionedSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;

/**
 * A revision as a ControllerRevision keeps it: with it, and without the spec that made it, its pods can be made again. It
 * holds the spec as it was first written, so that two ways to write a quantity do not make two templates.
 */
public final class RevisionRecord {
    private static final String SPEC = "spec";
    private static final String MODEL_BYTES = "modelBytes";

    private RevisionRecord() {}

    /** @param number ascending in the order of creation */
    static ControllerRevision of(DesiredRevision revision, long number) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set(SPEC, revision.spec().written());
        if (revision.modelBytes() > 0) {
            data.put(MODEL_BYTES, revision.modelBytes());
        }
        return new ControllerRevisionBuilder()
                .withMetadata(Metadata.of(revision))
                .withRevision(number)
                .withData(data)
                .build();
    }

    /**
     * The revision that was kept, with the live part of today's spec.
     *
     * @throws InvalidResourceException where somebody wrote over it
     */
    public static DesiredRevision read(LlmDeployment deployment, ControllerRevision kept) {
        JsonNode data = Json.tree(kept.getData());
        String hash = kept.getMetadata().getLabels().getOrDefault(Labels.REVISION, "");
        if (!data.path(SPEC).isObject() || hash.isEmpty()) {
            throw new InvalidResourceException("ControllerRevision %s: expected a spec that Windlass wrote, got %s"
                    .formatted(kept.getMetadata().getName(), data));
        }
        return new DesiredRevision(
                deployment,
                VersionedSpec.read(data.path(SPEC)),
                hash,
                data.path(MODEL_BYTES).asLong(0));
    }
}
