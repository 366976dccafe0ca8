package dev.windlass.operator.runtime;

import dev.windlass.operator.certificates.RuntimePeers;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.desired.RuntimeTls;
import dev.windlass.operator.gateway.RevisionKey;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What is spoken at an address that gateways send a revision's requests to: gateways do not say, so that its pods are looked through.
 * For replicas that do not lead, which watch no pods.
 */
public final class RevisionAddresses implements BiFunction<RevisionKey, String, URI> {
    private final KubernetesClient client;
    private final RuntimePeers peers;

    public RevisionAddresses(KubernetesClient client, RuntimePeers peers) {
        this.client = client;
        this.peers = peers;
    }

    @Override
    public URI apply(RevisionKey key, String address) {
        URI plain = URI.create("http://" + address);
        String host = plain.getHost().replace("[", "").replace("]", "");
        boolean isTls = client
                .pods()
                .inNamespace(key.namespace())
                .withLabels(Map.of(Labels.NAME, key.deployment(), Labels.REVISION, key.revision()))
                .list()
                .getItems()
                .stream()
                .filter(pod -> isAt(pod, host))
                .anyMatch(RuntimeTls::isSpokenBy);
        return isTls ? peers.expect(URI.create("https://" + address), key.namespace(), key.deployment()) : plain;
    }

    /** One that has ended has its address no more, which another may have. */
    private static boolean isAt(Pod pod, String host) {
        var status = pod.getStatus();
        return status != null && host.equals(status.getPodIP()) && "Running".equals(status.getPhase());
    }
}
