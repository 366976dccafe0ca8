package dev.windlass.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/** A headless Service for one revision: its labels are on its EndpointSlices, where the gateway reads who may be sent to. */
final class RevisionService {
    private RevisionService() {}

    static Service of(DesiredRevision revision) {
        return new ServiceBuilder()
                .withMetadata(Metadata.of(revision))
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP("None")
                .withSelector(Labels.selector(revision))
                .addNewPort()
                .withName(RuntimeContainer.PORT_NAME)
                .withPort(RuntimeContainer.PORT)
                .withTargetPort(new IntOrString(RuntimeContainer.PORT_NAME))
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build();
    }
}
