package dev.windlass.operator.certificates;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.certificates.CertificateWord.Failing;
import dev.windlass.operator.certificates.CertificateWord.Issued;
import dev.windlass.operator.certificates.CertificateWord.Missing;
import dev.windlass.operator.desired.DesiredObjects;
import dev.windlass.operator.desired.RuntimeTls;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Secrets that pods of models prove themselves with: one for each resource, written only where it is missing, cannot be read, is
 * due or names other authorities than there are. No Secret is watched or listed: each is asked for by name, now and then.
 */
final class ModelCertificates {
    /** Whoever removes one by hand waits so long; what is due has days. */
    static final Duration BETWEEN_LOOKS = Duration.ofMinutes(15);

    private static final Logger LOG = LoggerFactory.getLogger(ModelCertificates.class);
    private static final int MOST = 100_000;

    /** What the API server, or who has a say in it, answers to whoever may not: time alone mends none of them. */
    private static final Set<Integer> REFUSALS =
            Set.of(HttpURLConnection.HTTP_BAD_REQUEST, HttpURLConnection.HTTP_FORBIDDEN, 422);

    private final KubernetesClient client;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** What was found last, and when. */
    private record Known(Instant end, String bundle, Instant looked) {}

    ModelCertificates(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Sees to a resource's Secret.
     *
     * @throws KubernetesClientException where it has to be tried again: somebody else was quicker, or the API server does not answer
     */
    CertificateWord of(LlmDeployment resource, Authority authority, Instant now) {
        String uid = resource.getMetadata().getUid();
        Known last = known.get(uid);
        if (last != null && isFresh(last, authority, now)) {
            return new Issued(last.end());
        }
        var identity = new Identity.Model(resource.namespace(), resource.name());
        @Nullable Proof found = null;
        try {
            Secret secret = client.secrets()
                    .inNamespace(resource.namespace())
                    .withName(RuntimeTls.secretName(resource))
                    .get();
            if (secret != null && !isOf(resource, secret)) {
                return new Missing(
                        "NameTaken",
                        "Secret %s is there and does not belong to this LlmDeployment; rename one of the two"
                                .formatted(RuntimeTls.secretName(resource)));
            }
            found = secret == null ? null : Proof.read(secret.getData());
            Proof proof = Proof.of(found, identity, authority, now);
            if (secret == null || !proof.equals(found) || !isOwnedBy(resource, secret)) {
                write(resource, secret, proof);
            }
            remember(uid, proof, now);
            return new Issued(proof.leaf().end());
        } catch (KubernetesClientException problem) {
            if (!REFUSALS.contains(problem.getCode())) {
                throw problem;
            }
            return refused(
                    resource, problem, found != null && found.proves(identity, authority, now) ? found : null, now);
        }
    }

    private static boolean isFresh(Known last, Authority authority, Instant now) {
        return last.looked().isAfter(now.minus(BETWEEN_LOOKS)) && last.bundle().equals(authority.bundle(now));
    }

    private void write(LlmDeployment resource, @Nullable Secret before, Proof proof) {
        Secret wanted = DesiredObjects.certificate(resource, proof.data());
        if (before == null) {
            client.resource(wanted).create();
        } else {
            // With the version that was read: of two operators that do this at once, one is refused.
            wanted.getMetadata().setResourceVersion(before.getMetadata().getResourceVersion());
            client.resource(new SecretBuilder(wanted).withType(before.getType()).build())
                    .update();
        }
        LOG.info("Secret {}/{}: {}", resource.namespace(), RuntimeTls.secretName(resource), proof);
    }

    private CertificateWord refused(
            LlmDeployment resource, KubernetesClientException problem, @Nullable Proof usable, Instant now) {
        Known last = known.get(resource.getMetadata().getUid());
        Instant end = usable != null ? usable.leaf().end() : last == null ? Instant.MIN : last.end();
        String reason = problem.getCode() == HttpURLConnection.HTTP_FORBIDDEN ? "Forbidden" : "Refused";
        String message = "Secret %s: %s"
                .formatted(
                        RuntimeTls.secretName(resource),
                        problem.getStatus() == null
                                ? problem.getMessage()
                                : problem.getStatus().getMessage());
        if (!end.isAfter(now)) {
            return new Missing(reason, message);
        }
        known.put(resource.getMetadata().getUid(), new Known(end, "", now));
        return new Failing(end, reason, message);
    }

    private void remember(String uid, Proof proof, Instant now) {
        if (known.size() > MOST) {
            // Of resources that are gone, most of them; the rest is looked at once more.
            known.clear();
        }
        known.put(uid, new Known(proof.leaf().end(), proof.bundle(), now));
    }

    /** Also of a resource of that name that is gone: garbage collection has yet to take it. */
    private static boolean isOf(LlmDeployment resource, Secret secret) {
        return secret.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> LlmDeployment.KIND.equals(owner.getKind())
                        && resource.name().equals(owner.getName()));
    }

    private static boolean isOwnedBy(LlmDeployment resource, Secret secret) {
        return secret.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .anyMatch(resource.getMetadata().getUid()::equals);
    }

    /** When the first of them ends; nothing where none is known. What nobody has looked at for long is gone. */
    @Nullable
    Instant firstEnd(Instant now) {
        known.values().removeIf(one -> one.looked().isBefore(now.minus(BETWEEN_LOOKS.multipliedBy(4))));
        return known.values().stream().map(Known::end).min(Instant::compareTo).orElse(null);
    }
}
