package dev.windlass.gateway.cluster;

import dev.windlass.events.EventWriter;
import dev.windlass.gateway.edge.RedisNotices;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Events of the pod that this process runs in: what {@code kubectl describe pod} shows. */
final class PodEvents implements RedisNotices.Board {
    private static final String COMPONENT = "windlass-gateway";

    private final EventWriter events;
    private final ObjectReference pod;

    private PodEvents(EventWriter events, ObjectReference pod) {
        this.events = events;
        this.pod = pod;
    }

    /** Of the pod whose {@code POD_NAME}, {@code POD_NAMESPACE} and {@code POD_UID} the environment has, as the chart sets them. */
    static Optional<PodEvents> of(KubernetesClient client, InstantSource clock, Map<String, String> environment) {
        String name = environment.getOrDefault("POD_NAME", "");
        String namespace = environment.getOrDefault("POD_NAMESPACE", "");
        String uid = environment.getOrDefault("POD_UID", "");
        if (name.isEmpty() || namespace.isEmpty() || uid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PodEvents(
                new EventWriter(client, clock, COMPONENT, name),
                new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(name)
                        .withNamespace(namespace)
                        .withUid(uid)
                        .build()));
    }

    @Override
    public void post(String type, String reason, String message) {
        events.write(pod, type, reason, message);
    }
}
