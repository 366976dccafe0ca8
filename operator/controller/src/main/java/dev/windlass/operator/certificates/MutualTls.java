package dev.windlass.operator.certificates;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.certificates.CertificateSecret.Content;
import dev.windlass.operator.certificates.CertificateWord.Missing;
import dev.windlass.operator.certificates.CertificateWord.NotWanted;
import dev.windlass.operator.desired.Installation;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What gateways, operator and pods of models prove themselves to each other with. Every replica looks again and again at the
 * authority, fills the gateways' Secret and has a certificate of its own in memory; who leads also sees to the pods' Secrets. What
 * fails is tried again in the next round.
 */
public final class MutualTls implements AutoCloseable {
    public static final String AUTHORITY = "windlass-runtime-authority";
    public static final String GATEWAYS = "windlass-gateway-runtime-tls";

    /** So long nobody looks at a Secret of pods that was found good. */
    public static final Duration BETWEEN_LOOKS = ModelCertificates.BETWEEN_LOOKS;

    private static final Logger LOG = LoggerFactory.getLogger(MutualTls.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Installation.MutualTls mode;
    private final KubernetesClient client;
    private final String namespace;
    private final InstantSource clock;
    private final Runnable changed;
    private final CertificateSecret secret;
    private final ModelCertificates models;
    private final GatewayPods gateways;
    private final RuntimePeers peers = new RuntimePeers();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("mutual-tls").daemon().factory());
    private final CountDownLatch looked = new CountDownLatch(1);
    private volatile @Nullable Authority authority;
    private volatile @Nullable Instant gatewaysEnd;
    private volatile String obstacle = "it has not been looked at yet";

    private MutualTls(
            KubernetesClient client,
            Installation.MutualTls mode,
            String namespace,
            InstantSource clock,
            Runnable changed) {
        this.changed = changed;
        this.client = client;
        this.mode = mode;
        this.namespace = namespace;
        this.clock = clock;
        this.secret = new CertificateSecret(client, namespace, AUTHORITY, Issuance::ofAuthority);
        this.models = new ModelCertificates(client);
        this.gateways = new GatewayPods(client, namespace);
    }

    /**
     * Begins to look, where it is wanted.
     *
     * @param namespace where operator and gateways run
     * @param interval between two looks
     * @param changed runs when whom to trust has changed, or pods may be rolled that could not be before
     */
    public static MutualTls start(
            KubernetesClient client,
            Installation.MutualTls mode,
            String namespace,
            Duration interval,
            InstantSource clock,
            Runnable changed) {
        var tls = new MutualTls(client, mode, namespace, clock, changed);
        if (mode == Installation.MutualTls.Never) {
            tls.looked.countDown();
        } else {
            var _ = tls.timer.scheduleWithFixedDelay(tls::round, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        }
        return tls;
    }

    /** Waits for the first look, but not for ever: who decides before it would hold back what need not be. */
    public void awaitFirstLook() throws InterruptedException {
        var _ = looked.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How the operator speaks to pods. */
    public RuntimePeers peers() {
        return peers;
    }

    /**
     * Sees to it that a resource's pods have what they prove themselves with.
     *
     * @throws KubernetesClientException where it has to be tried again soon
     */
    public CertificateWord certificate(LlmDeployment resource) {
        if (!mode.isUsed()) {
            return new NotWanted();
        }
        Authority known = authority;
        return known == null
                ? new Missing("NoAuthority", "Secret %s of %s: %s".formatted(AUTHORITY, namespace, obstacle))
                : models.of(resource, known, clock.instant());
    }

    /** Why pods that speak plain HTTP are not rolled to TLS yet; nothing where they may be. */
    public Optional<String> gatewayObstacle() {
        return mode.isUsed() ? gateways.obstacle() : Optional.empty();
    }

    /** When certificates end, by whose they are; of pods the first of all that this replica has looked at. */
    public Map<String, Instant> ends() {
        var ends = new TreeMap<String, Instant>();
        Authority known = authority;
        put(
                ends,
                "authority",
                known == null ? null : known.content().certificate().end());
        put(ends, "gateway", gatewaysEnd);
        KeyedCertificate own = peers.own();
        put(ends, "operator", own == null ? null : own.end());
        put(ends, "model", models.firstEnd(clock.instant()));
        return ends;
    }

    private static void put(Map<String, Instant> ends, String whose, @Nullable Instant end) {
        if (end != null) {
            ends.put(whose, end);
        }
    }

    private void round() {
        try {
            String before = seen();
            look(clock.instant());
            if (!seen().equals(before)) {
                changed.run();
            }
            looked.countDown();
        } catch (KubernetesClientException | GeneralSecurityException problem) {
            obstacle = String.valueOf(problem.getMessage());
            LOG.info("mutual TLS: {}", problem.getMessage());
        } catch (RuntimeException problem) {
            // A round that fails must not end the rounds.
            LOG.warn("mutual TLS", problem);
        }
    }

    /** What resources depend on. */
    private String seen() {
        Authority known = authority;
        return (known == null ? "" : known.bundle(clock.instant()))
                + gatewayObstacle().isEmpty();
    }

    private void look(Instant now) throws GeneralSecurityException {
        Optional<Content> content = secret.look(now);
        if (content.isEmpty()) {
            obstacle = "it is not there";
            return;
        }
        var found = new Authority(content.get());
        // Before anybody is given a certificate of another authority.
        peers.trust(found.trusted(now));
        KeyedCertificate own = peers.own();
        Proof before = own == null ? null : new Proof(own, found.bundle(now));
        peers.prove(Proof.of(before, Identity.OPERATOR, found, now).leaf());
        authority = found;
        fillGateways(found, now);
        if (mode.isUsed()) {
            gateways.look();
        }
    }

    private void fillGateways(Authority found, Instant now) {
        Secret empty =
                client.secrets().inNamespace(namespace).withName(GATEWAYS).get();
        if (empty == null) {
            LOG.info("mutual TLS: the Secret {} is not there", GATEWAYS);
            return;
        }
        Proof before = Proof.read(empty.getData());
        Proof proof = Proof.of(before, Identity.GATEWAY, found, now);
        if (!proof.equals(before)) {
            // With the version that was read: of two replicas that do this at once, one is refused.
            client.resource(new SecretBuilder(empty).withData(proof.data()).build())
                    .update();
            LOG.info("Secret {}/{}: {}", namespace, GATEWAYS, proof);
        }
        gatewaysEnd = proof.leaf().end();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
