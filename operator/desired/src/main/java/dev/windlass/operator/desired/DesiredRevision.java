package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.RevisionHash;
import dev.windlass.api.VersionedSpec;

/**
 * One revision of a resource: what its pods are made from. The newest spec makes one, and so does every old spec that a
 * ControllerRevision keeps.
 *
 * @param modelBytes the size of the model's files, 0 where it is not known. It sizes the pods, so a revision keeps for life
 *     the one it was made with
 */
public record DesiredRevision(LlmDeployment deployment, VersionedSpec spec, String hash, long modelBytes) {
    public DesiredRevision {
        if (modelBytes < 0) {
            throw new IllegalArgumentException("expected a model of at least 0 bytes, got " + modelBytes);
        }
    }

    /** A revision of a model of unknown size. */
    public static DesiredRevision of(LlmDeployment deployment, VersionedSpec spec) {
        return new DesiredRevision(deployment, spec, RevisionHash.of(spec), 0);
    }

    /** The name of the revision and of its objects. */
    public String name() {
        return deployment.name() + "-" + hash;
    }
}
