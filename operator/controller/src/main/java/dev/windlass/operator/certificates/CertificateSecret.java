package dev.windlass.operator.certificates;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all replicas have the same certificate from: a Secret that the installation leaves empty, and that the first replica to
 * look fills. Whoever finds it due puts another in its place and the old one beside it, for those who have not heard of the new one.
 */
public final class CertificateSecret {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateSecret.class);
    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";
    private static final String PREVIOUS_CERTIFICATE = "previous.crt";
    private static final String PREVIOUS_KEY = "previous.key";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final Function<Instant, KeyedCertificate> maker;

    /** @param maker makes one that begins then */
    public CertificateSecret(
            KubernetesClient client, String namespace, String name, Function<Instant, KeyedCertificate> maker) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.maker = maker;
    }

    /** @param previous what the certificate took the place of; nothing where it is the first */
    public record Content(
            KeyedCertificate certificate, @Nullable KeyedCertificate previous) {
        /** PEM of every certificate that some replica may show. */
        public String trusted() {
            return certificate.certificatePem() + (previous == null ? "" : previous.certificatePem());
        }
    }

    /**
     * What is in it now, filled where it was empty.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException where the API server does not answer, or another replica was
     *     quicker: the next look finds what that one wrote
     * @return nothing where there is no such Secret
     */
    public Optional<Content> look(Instant now) {
        Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
        if (secret == null) {
            return Optional.empty();
        }
        Content found = read(secret);
        if (found != null && !found.certificate().isDue(now)) {
            return Optional.of(found);
        }
        KeyedCertificate made = maker.apply(now);
        var content = new Content(made, found == null ? null : found.certificate());
        // With the version that was read: of two replicas that do this at once, one is refused.
        client.resource(new SecretBuilder(secret).withData(written(content)).build())
                .update();
        LOG.info("Secret {}/{}: made {}", namespace, name, made);
        return Optional.of(content);
    }

    private @Nullable Content read(Secret secret) {
        Map<String, String> data = secret.getData();
        if (data == null || !data.containsKey(CERTIFICATE) || !data.containsKey(KEY)) {
            return null;
        }
        try {
            return new Content(
                    KeyedCertificate.read(decoded(data.get(CERTIFICATE)), decoded(data.get(KEY))),
                    data.containsKey(PREVIOUS_CERTIFICATE) && data.containsKey(PREVIOUS_KEY)
                            ? KeyedCertificate.read(
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
        KeyedCertificate previous = content.previous();
        if (previous != null) {
            data.put(PREVIOUS_CERTIFICATE, encoded(previous.certificatePem()));
            data.put(PREVIOUS_KEY, encoded(previous.keyPem()));
        }
        return data;
    }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String decoded(@Nullable String base64) {
        return base64 == null ? "" : new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }
}
