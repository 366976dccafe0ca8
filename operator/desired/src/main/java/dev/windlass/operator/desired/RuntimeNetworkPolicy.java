package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Only Windlass itself talks to the pods, and what reads metrics. Nothing is said of where pods may connect to: a model's
 * source can be anywhere.
 */
final class RuntimeNetworkPolicy {
    private static final String NAMESPACE = "kubernetes.io/metadata.name";

    private RuntimeNetworkPolicy() {}

    static NetworkPolicy of(LlmDeployment deployment, Installation installation) {
        return new NetworkPolicyBuilder()
                .withMetadata(Metadata.of(deployment, "windlass-" + deployment.name()))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(Labels.selector(deployment))
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .withFrom(peers(installation))
                // Of both names: pods of both are there while they are rolled from one to the other.
                .withPorts(port(RuntimeContainer.PORT_NAME), port(RuntimeTls.PORT_NAME))
                .endIngress()
                .endSpec()
                .build();
    }

    private static NetworkPolicyPort port(String name) {
        return new NetworkPolicyPortBuilder()
                .withProtocol("TCP")
                .withPort(new IntOrString(name))
                .build();
    }

    private static List<NetworkPolicyPeer> peers(Installation installation) {
        var peers = new ArrayList<NetworkPolicyPeer>();
        peers.add(new NetworkPolicyPeerBuilder(namespace(installation.namespace()))
                .withNewPodSelector()
                .withMatchLabels(Map.of(Labels.PART_OF, Labels.WINDLASS))
                .endPodSelector()
                .build());
        installation.monitoringNamespaces().forEach(name -> peers.add(namespace(name)));
        return peers;
    }

    private static NetworkPolicyPeer namespace(String name) {
        return new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector()
                .withMatchLabels(Map.of(NAMESPACE, name))
                .endNamespaceSelector()
                .build();
    }
}
