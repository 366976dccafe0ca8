package dev.windlass.operator.apply;

import dev.windlass.api.LlmDeployment;
import dev.windlass.events.EventWriter;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what happened as events of the resource. One that cannot be written is logged: nothing else may depend on it. */
public final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

    private final EventWriter events;

    public EventRecorder(KubernetesClient client, InstantSource clock) {
        this.events = new EventWriter(client, clock, Applier.MANAGER, Applier.MANAGER);
    }

    /** @param type Normal or Warning */
    public void record(LlmDeployment resource, String type, String reason, String message) {
        LOG.info("{}/{}: {}: {}", resource.namespace(), resource.name(), reason, EventWriter.fitting(message));
        try {
            events.write(reference(resource), type, reason, message);
        } catch (KubernetesClientException problem) {
            LOG.warn("event {} of {}/{}: {}", reason, resource.namespace(), resource.name(), problem.getMessage());
        }
    }

    private static ObjectReference reference(LlmDeployment resource) {
        return new ObjectReferenceBuilder()
                .withApiVersion(LlmDeployment.API_VERSION)
                .withKind(LlmDeployment.KIND)
                .withName(resource.name())
                .withNamespace(resource.namespace())
                .withUid(resource.getMetadata().getUid())
                .withResourceVersion(resource.getMetadata().getResourceVersion())
                .build();
    }
}
