package dev.windlass.operator.desired;

import dev.windlass.api.ExposeSpec;
import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import java.util.List;
import java.util.Optional;

/**
 * Has a Gateway lead what clients ask to Windlass's own gateway. It names the gateway's Service and not the model's: few
 * implementations follow an ExternalName. Windlass's namespace has to grant that (the chart's {@code gateway.routesFrom}).
 */
final class ModelRoute {
    private static final String PATHS = "/v1";

    private ModelRoute() {}

    static Optional<HTTPRoute> of(LlmDeployment deployment, Installation installation) {
        return Optional.ofNullable(deployment.spec().expose().gateway())
                .map(gateway -> of(deployment, gateway, installation));
    }

    private static HTTPRoute of(LlmDeployment deployment, ExposeSpec.Gateway gateway, Installation installation) {
        return new HTTPRouteBuilder()
                .withMetadata(Metadata.of(deployment, deployment.name()))
                .withNewSpec()
                .addNewParentRef()
                .withName(gateway.name())
                // Without one it is the route's own namespace.
                .withNamespace(gateway.namespace().isEmpty() ? null : gateway.namespace())
                .endParentRef()
                // Without one every host that the Gateway listens for.
                .withHostnames(gateway.hostname().isEmpty() ? List.of() : List.of(gateway.hostname()))
                .addNewRule()
                .addNewMatch()
                .withNewPath("PathPrefix", PATHS)
                .endMatch()
                .addNewBackendRef()
                .withName(Installation.GATEWAY_SERVICE)
                .withNamespace(installation.namespace())
                .withPort(ModelService.PORT)
                .endBackendRef()
                .endRule()
                .endSpec()
                .build();
    }
}
