package dev.windlass.operator.apply;

import dev.windlass.api.LlmDeployment;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what happened as events of the resource. The same cause told again raises a count, and the event has its latest words. One
 * that cannot be written is logged: nothing else may depend on it.
 */
public final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final int LONGEST_MESSAGE = 1024;

    private final KubernetesClient client;
    private final InstantSource clock;

    public EventRecorder(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** @param type Normal or Warning */
    public void record(LlmDeployment resource, String type, String reason, String message) {
        String text = message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 3) + "...";
        LOG.info("{}/{}: {}: {}", resource.namespace(), resource.name(), reason, text);
        String name = resource.name() + "." + digest(resource.getMetadata().getUid() + type + reason + Cause.of(text));
        try {
            var events = client.v1().events().inNamespace(resource.namespace());
            Event earlier = events.withName(name).get();
            if (earlier == null) {
                events.resource(event(resource, name, type, reason, text)).create();
            } else {
                String now = now();
                int count = earlier.getCount() == null ? 1 : earlier.getCount();
                events.withName(name)
                        .edit(event -> new EventBuilder(event)
                                .withCount(count + 1)
                                .withMessage(text)
                                .withLastTimestamp(now)
                                .build());
            }
        } catch (KubernetesClientException problem) {
            LOG.warn("event {} of {}/{}: {}", reason, resource.namespace(), resource.name(), problem.getMessage());
        }
    }

    private Event event(LlmDeployment resource, String name, String type, String reason, String message) {
        String now = now();
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(resource.namespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(LlmDeployment.API_VERSION)
                .withKind(LlmDeployment.KIND)
                .withName(resource.name())
                .withNamespace(resource.namespace())
                .withUid(resource.getMetadata().getUid())
                .withResourceVersion(resource.getMetadata().getResourceVersion())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withCount(1)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withNewSource()
                .withComponent(Applier.MANAGER)
                .endSource()
                .withReportingComponent(Applier.MANAGER)
                .withReportingInstance(Applier.MANAGER)
                .build();
    }

    private String now() {
        Instant now = clock.instant();
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new LinkageError("every JDK has SHA-256", impossible);
        }
    }
}
