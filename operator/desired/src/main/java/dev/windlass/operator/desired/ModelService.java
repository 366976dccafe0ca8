package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/**
 * The model's address, named like the resource. It leads to the gateway and never to a pod: whoever passed the gateway by
 * would pass weights, keys, limits and filters by.
 */
final class ModelService {
    static final int PORT = 80;

    private ModelService() {}

    static Service of(LlmDeployment deployment, Installation installation) {
        return new ServiceBuilder()
                .withMetadata(Metadata.of(deployment, deployment.name()))
                .withNewSpec()
                .withType("ExternalName")
                .withExternalName(installation.gateway())
                // Ingress controllers look their backend's port up here.
                .addNewPort()
                .withName("http")
                .withPort(PORT)
                .endPort()
                .endSpec()
                .build();
    }
}
