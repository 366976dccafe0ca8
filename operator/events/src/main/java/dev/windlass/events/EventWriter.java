package dev.windlass.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * Writes events of objects. The same cause told again raises a count, and the event has its latest words. The rights to create and to
 * patch events suffice.
 */
public final class EventWriter {
    private static final int LONGEST_MESSAGE = 1024;
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final String component;
    private final String instance;

    /**
     * Does not own its client.
     *
     * @param component what kind of program tells, such as {@code windlass-operator}
     * @param instance which one of its kind
     */
    public EventWriter(KubernetesClient client, InstantSource clock, String component, String instance) {
        this.client = client;
        this.clock = clock;
        this.component = component;
        this.instance = instance;
    }

    /** The message, cut where it is longer than Kubernetes takes. */
    public static String fitting(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 3) + "...";
    }

    /**
     * Tells, in the namespace of what it is about.
     *
     * @param about with its uid, namespace and name
     * @param type Normal or Warning
     * @throws KubernetesClientException where the API server does not take it
     */
    public void write(ObjectReference about, String type, String reason, String message) {
        String text = fitting(message);
        String name = about.getName() + "." + digest(about.getUid() + type + reason + Cause.of(text));
        var events = client.v1().events().inNamespace(about.getNamespace());
        try {
            raise(events, name, text);
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw refused;
            }
            events.resource(first(about, name, type, reason, text)).create();
        }
    }

    /** The answer to the first change says how often it was told before, so that nobody needs the right to read events. */
    private void raise(NonNamespaceOperation<Event, ?, Resource<Event>> events, String name, String message) {
        var change = new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withMessage(message)
                .withLastTimestamp(now());
        Integer before = events.resource(change.build()).patch(MERGE).getCount();
        change.withCount(before == null ? 2 : before + 1);
        events.resource(change.build()).patch(MERGE);
    }

    private Event first(ObjectReference about, String name, String type, String reason, String message) {
        String now = now();
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(about.getNamespace())
                .endMetadata()
                .withInvolvedObject(about)
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withCount(1)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withNewSource()
                .withComponent(component)
                .endSource()
                .withReportingComponent(component)
                .withReportingInstance(instance)
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
