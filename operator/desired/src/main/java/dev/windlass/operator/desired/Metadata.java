package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;

/** Names, labels and owners. An object dies with the resource that owns it. */
final class Metadata {
    private Metadata() {}

    static ObjectMeta of(LlmDeployment deployment, String name) {
        return owned(deployment, name, Labels.of(deployment));
    }

    static ObjectMeta of(DesiredRevision revision) {
        return owned(revision.deployment(), revision.name(), Labels.of(revision));
    }

    /** Of something that outlives the resource. */
    static ObjectMeta unowned(LlmDeployment deployment, String name) {
        return builder(deployment, name, Labels.of(deployment)).build();
    }

    private static ObjectMeta owned(LlmDeployment deployment, String name, Map<String, String> labels) {
        return builder(deployment, name, labels)
                .withOwnerReferences(owners(deployment))
                .build();
    }

    private static ObjectMetaBuilder builder(LlmDeployment deployment, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(deployment.namespace())
                .withLabels(labels);
    }

    /** A resource that no cluster has stored yet has no identity to refer to. */
    private static List<OwnerReference> owners(LlmDeployment deployment) {
        String uid = deployment.getMetadata().getUid();
        return uid == null
                ? List.of()
                : List.of(new OwnerReferenceBuilder()
                        .withApiVersion(LlmDeployment.API_VERSION)
                        .withKind(LlmDeployment.KIND)
                        .withName(deployment.name())
                        .withUid(uid)
                        .withController(true)
                        .build());
    }
}
