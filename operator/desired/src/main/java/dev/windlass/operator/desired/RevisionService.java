package dev.windlass.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;

/**
 * A headless Service for one revision: its labels are on its EndpointSlices, where the gateway reads who may be sent to, and what is
 * spoken there. A pod has a port of one of the two names, so that Kubernetes puts it into the slice of that name alone; a roll from
 * one to the other needs nothing else.
 */
final class RevisionService {
    private RevisionService() {}

    static Service of(DesiredRevision revision) {
        return new ServiceBuilder()
                .withMetadata(Metadata.of(revision))
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP("None")
                .withSelector(Labels.selector(revision))
                .withPorts(
                        port(RuntimeContainer.PORT_NAME, RuntimeContainer.PORT),
                        port(RuntimeTls.PORT_NAME, RuntimeTls.SERVICE_PORT))
                .endSpec()
                .build();
    }

    private static ServicePort port(String name, int number) {
        return new ServicePortBuilder()
                .withName(name)
                .withPort(number)
                .withTargetPort(new IntOrString(name))
                .withProtocol("TCP")
                .build();
    }
}
