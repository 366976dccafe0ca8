package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/**
 * The model's address, named like the resource. It leads to the gateway and never to a pod: whoever passed the gateway by
 * would pass weights, keys, limits and filters by.
 */
final class ModelService {
    private ModelService() {}

    static Service of(LlmDeployment deployment, Installation installation) {
        return new ServiceBuilder()
                .withMetadata(Metadata.of(deployment, deployment.name()))
                .withNewSpec()
                .withType("ExternalName")
                .withExternalName(installation.gateway())
                .endSpec()
                .build();
    }
}
