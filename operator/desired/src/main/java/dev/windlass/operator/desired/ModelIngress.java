package dev.windlass.operator.desired;

import dev.windlass.api.ExposeSpec;
import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLSBuilder;
import java.util.List;
import java.util.Optional;

/**
 * Lets an ingress controller lead a host name to the model's Service, and by it to the gateway. Only what clients ask: health
 * and readiness are the cluster's own.
 */
final class ModelIngress {
    private static final String PATHS = "/v1";

    private ModelIngress() {}

    static Optional<Ingress> of(LlmDeployment deployment) {
        return Optional.ofNullable(deployment.spec().expose().ingress()).map(exposed -> of(deployment, exposed));
    }

    private static Ingress of(LlmDeployment deployment, ExposeSpec.Ingress exposed) {
        var tls = exposed.tlsSecretName().isEmpty()
                ? null
                : new IngressTLSBuilder()
                        .withHosts(exposed.host())
                        .withSecretName(exposed.tlsSecretName())
                        .build();
        return new IngressBuilder()
                .withMetadata(Metadata.of(deployment, deployment.name()))
                .editMetadata()
                .withAnnotations(exposed.annotations())
                .endMetadata()
                .withNewSpec()
                // Without a name the cluster's default class takes it.
                .withIngressClassName(exposed.className().isEmpty() ? null : exposed.className())
                .addNewRule()
                .withHost(exposed.host())
                .withNewHttp()
                .addNewPath()
                .withPath(PATHS)
                .withPathType("Prefix")
                .withNewBackend()
                .withNewService()
                .withName(deployment.name())
                .withNewPort()
                .withNumber(ModelService.PORT)
                .endPort()
                .endService()
                .endBackend()
                .endPath()
                .endHttp()
                .endRule()
                .withTls(tls == null ? List.of() : List.of(tls))
                .endSpec()
                .build();
    }
}
