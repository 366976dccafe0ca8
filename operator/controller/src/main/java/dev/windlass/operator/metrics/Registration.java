package dev.windlass.operator.metrics;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceCondition;
import io.fabric8.kubernetes.api.model.ServiceReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom the cluster asks for custom metrics: an APIService says it, and the installation makes one where nobody else has the group.
 * Only one server may have it in a cluster.
 */
final class Registration {
    private static final String TOLD = "windlass.dev/trusted-since";
    private static final List<String> VERSIONS = List.of("v1beta2", "v1beta1");

    private final KubernetesClient client;
    private final String namespace;
    private final String service;

    Registration(KubernetesClient client, String namespace, String service) {
        this.client = client;
        this.namespace = namespace;
        this.service = service;
    }

    /** Who has the group. */
    sealed interface Owner {
        /**
         * This operator.
         *
         * @param isAvailable whether the API server reaches it
         * @param reason why not, in the API server's words
         * @param trusts PEM of the certificates that the API server accepts
         * @param told since when; nothing where nobody wrote it down
         */
        record Ours(
                boolean isAvailable,
                String reason,
                String trusts,
                @Nullable Instant told) implements Owner {}

        /** @param name of the Service that serves it */
        record Foreign(String name) implements Owner {}

        /** Nobody: the installation was told not to, or found another server that is gone now. */
        record Nobody() implements Owner {}
    }

    Owner owner() {
        Owner owner = new Owner.Nobody();
        for (String version : VERSIONS) {
            APIService found = get(version);
            if (found != null) {
                ServiceReference target = found.getSpec().getService();
                if (target == null || !service.equals(target.getName()) || !namespace.equals(target.getNamespace())) {
                    return new Owner.Foreign(
                            target == null ? "the API server" : target.getNamespace() + "/" + target.getName());
                }
                owner = ours(found);
            }
        }
        return owner;
    }

    private static Owner.Ours ours(APIService found) {
        var available = found.getStatus() == null || found.getStatus().getConditions() == null
                ? Optional.<APIServiceCondition>empty()
                : found.getStatus().getConditions().stream()
                        .filter(one -> "Available".equals(one.getType()))
                        .findFirst();
        String bundle = found.getSpec().getCaBundle();
        return new Owner.Ours(
                available.filter(one -> "True".equals(one.getStatus())).isPresent(),
                available.map(one -> one.getReason() + ": " + one.getMessage()).orElse("not looked at yet"),
                bundle == null ? "" : new String(Base64.getDecoder().decode(bundle), StandardCharsets.US_ASCII),
                told(found.getMetadata().getAnnotations()));
    }

    private static @Nullable Instant told(@Nullable Map<String, String> annotations) {
        String written = annotations == null ? null : annotations.get(TOLD);
        try {
            return written == null ? null : Instant.parse(written);
        } catch (DateTimeException malformed) {
            // As if it were not there: it is written anew.
            return null;
        }
    }

    /** Has the API server accept these certificates, and writes down since when, for all replicas to know. */
    void trust(String pem, Instant now) {
        client.apiServices().withName(name(MetricsApi.VERSION)).edit(found -> {
            Map<String, String> annotations = found.getMetadata().getAnnotations();
            var noted = new HashMap<String, String>(annotations == null ? Map.of() : annotations);
            noted.put(TOLD, now.toString());
            found.getMetadata().setAnnotations(noted);
            found.getSpec().setCaBundle(Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)));
            return found;
        });
    }

    private @Nullable APIService get(String version) {
        return client.apiServices().withName(name(version)).get();
    }

    private static String name(String version) {
        return version + "." + MetricsApi.GROUP;
    }
}
