package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;

/** The identity of a resource's pods: one that may do nothing and has no token, so that nobody has to share "default". */
final class RuntimeServiceAccount {
    private RuntimeServiceAccount() {}

    static ServiceAccount of(LlmDeployment deployment) {
        return new ServiceAccountBuilder()
                .withMetadata(Metadata.of(deployment, name(deployment)))
                .withAutomountServiceAccountToken(false)
                .build();
    }

    /** The user's own where the spec names one. */
    static String name(DesiredRevision revision) {
        String own = revision.spec().scheduling().serviceAccountName();
        return own.isEmpty() ? name(revision.deployment()) : own;
    }

    private static String name(LlmDeployment deployment) {
        return "windlass-" + deployment.name();
    }
}
