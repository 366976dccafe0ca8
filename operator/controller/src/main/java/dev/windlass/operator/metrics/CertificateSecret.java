package dev.windlass.operator.metrics;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all replicas have the same certificate from: a Secret that the installation leaves empty, and that the first replica to
 * look fills. Whoever finds it due puts another in its place, and keeps the old one trusted while others may still show it.
 */
final class CertificateSecret {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateSecret.class);
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String TRUSTED = "ca.crt";

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

    /** @param trusted PEM of every certificate that some replica may show */
    record Content(ServingCertificate certificate, String trusted) {}

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
        String old = found == null ? "" : found.certificate().certificatePem();
        var content = new Content(made, made.certificatePem() + old);
        // With the version that was read: of two replicas that do this at once, one is refused.
        client.resource(new SecretBuilder(secret)
                        .withData(Map.of(
                                CERTIFICATE, encoded(made.certificatePem()),
                                KEY, encoded(made.keyPem()),
                                TRUSTED, encoded(content.trusted())))
                        .build())
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
            String certificate = decoded(data.get(CERTIFICATE));
            return new Content(
                    ServingCertificate.read(certificate, decoded(data.get(KEY))),
                    data.containsKey(TRUSTED) ? decoded(data.get(TRUSTED)) : certificate);
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            LOG.warn("Secret {}/{}: {}; another certificate is made", namespace, name, broken.getMessage());
            return null;
        }
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String decoded(@Nullable String base64) {
        return base64 == null ? "" : new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }
}
