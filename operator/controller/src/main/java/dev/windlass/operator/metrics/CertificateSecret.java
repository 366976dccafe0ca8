package dev.windlass.operator.metrics;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all replicas have the same certificate from: a Secret that the installation leaves empty, and that the first replica to
 * look fills. Whoever finds it due puts another in its place and the old one beside it: that is shown until every API server has
 * heard of the new one, by replicas that begin meanwhile too.
 */
final class CertificateSecret {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateSecret.class);
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String PREVIOUS_CERTIFICATE = "previous.crt";
    private static final String PREVIOUS_KEY = "previous.key";
    /** An API server watches what it trusts and hears within seconds; one that is cut off asks nobody. */
    static final Duration UNTIL_HEARD = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final String service;

    CertificateSecret(KubernetesClient client, String namespace, String name, String service) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.service = service;
    }

    /** @param previous what the certificate took the place of; nothing where it is the first */
    record Content(ServingCertificate certificate, @Nullable ServingCertificate previous) {
        /** PEM of every certificate that some replica may show. */
        String trusted() {
            return certificate.certificatePem() + (previous == null ? "" : previous.certificatePem());
        }

        /**
         * Which one to show. By the clock and by what all replicas read alike: how often a replica looks says nothing of when
         * the API servers have heard.
         *
         * @param told when the API servers were told to trust both; nothing where they were not
         */
        ServingCertificate shown(@Nullable Instant told, Instant now) {
            boolean isHeard = told != null && !told.isAfter(now.minus(UNTIL_HEARD));
            return previous == null || isHeard || previous.isOver(now) ? certificate : previous;
        }
    }

    /**
     * What is in it now, filled where it was empty.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException where the API server does not answer, or another replica was
     *     quicker: the next look finds what that one wrote
     * @return nothing where there is no such Secret
     */
    Optional<Content> look(Instant now) {
        Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
        if (secret == null) {
            return Optional.empty();
        }
        Content found = read(secret);
        if (found != null && !found.certificate().isDue(now)) {
            return Optional.of(found);
        }
        ServingCertificate made = ServingCertificate.make(service, namespace, now);
        var content = new Content(made, found == null ? null : found.certificate());
        // With the version that was read: of two replicas that do this at once, one is refused.
        client.resource(new SecretBuilder(secret).withData(written(content)).build())
                .update();
        LOG.info("made a certificate for the metrics of autoscalers: {}", made);
        return Optional.of(content);
    }

    private @Nullable Content read(Secret secret) {
        Map<String, String> data = secret.getData();
        if (data == null || !data.containsKey(CERTIFICATE) || !data.containsKey(KEY)) {
            return null;
        }
        try {
            return new Content(
                    ServingCertificate.read(decoded(data.get(CERTIFICATE)), decoded(data.get(KEY))),
                    data.containsKey(PREVIOUS_CERTIFICATE) && data.containsKey(PREVIOUS_KEY)
                            ? ServingCertificate.read(
                                    decoded(data.get(PREVIOUS_CERTIFICATE)), decoded(data.get(PREVIOUS_KEY)))
                            : null);
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            LOG.warn("Secret {}/{}: {}; another certificate is made", namespace, name, broken.getMessage());
            return null;
        }
    }

    private static Map<String, String> written(Content content) {
        var data = new HashMap<String, String>();
        data.put(CERTIFICATE, encoded(content.certificate().certificatePem()));
        data.put(KEY, encoded(content.certificate().keyPem()));
        ServingCertificate previous = content.previous();
        if (previous != null) {
            data.put(PREVIOUS_CERTIFICATE, encoded(previous.certificatePem()));
            data.put(PREVIOUS_KEY, encoded(previous.keyPem()));
        }
        return data;
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String decoded(@Nullable String base64) {
        return base64 == null ? "" : new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }
}
