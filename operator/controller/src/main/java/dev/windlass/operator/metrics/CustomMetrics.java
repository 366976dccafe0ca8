package dev.windlass.operator.metrics;

import dev.windlass.operator.certificates.CertificateSecret;
import dev.windlass.operator.certificates.CertificateSecret.Content;
import dev.windlass.operator.certificates.Issuance;
import dev.windlass.operator.certificates.ShownCertificate;
import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.metrics.Registration.Owner;
import dev.windlass.operator.runtime.Runtimes;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of autoscalers, served. Looks again and again whether the cluster asks here, keeps the certificate fresh and trusted,
 * and begins to serve as soon as it has what it takes; what fails is tried again in the next round.
 */
public final class CustomMetrics implements AutoCloseable {
    public static final String SERVICE = "windlass-operator-metrics";
    public static final String SECRET = "windlass-operator-metrics-tls";

    private static final Logger LOG = LoggerFactory.getLogger(CustomMetrics.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** So long autoscalers stand still, for operators that begin anew; then the operator scales without them. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final int port;
    private final Registration registration;
    private final CertificateSecret secret;
    private final MetricsApi api;
    private final InstantSource clock;
    private final ShownCertificate identity = new ShownCertificate();
    private final Callers callers = new Callers();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("custom-metrics").daemon().factory());
    private final CountDownLatch looked = new CountDownLatch(1);
    private @Nullable MetricsServer server;
    private Instant lastAvailable;
    private volatile @Nullable String obstacle = "it has not been looked at yet who serves custom.metrics.k8s.io";

    private CustomMetrics(
            KubernetesClient client,
            String namespace,
            int port,
            Gateways gateways,
            Runtimes runtimes,
            InstantSource clock) {
        this.client = client;
        this.port = port;
        this.registration = new Registration(client, namespace, SERVICE);
        this.secret =
                new CertificateSecret(client, namespace, SECRET, now -> Issuance.ofService(SERVICE, namespace, now));
        this.api = new MetricsApi(new RevisionMetrics(gateways, runtimes, clock));
        this.clock = clock;
        this.lastAvailable = clock.instant();
    }

    /**
     * Begins to look.
     *
     * @param namespace where the operator's Service and Secret are
     * @param interval between two looks
     */
    public static CustomMetrics start(
            KubernetesClient client,
            String namespace,
            int port,
            Gateways gateways,
            Runtimes runtimes,
            Duration interval,
            InstantSource clock) {
        var metrics = new CustomMetrics(client, namespace, port, gateways, runtimes, clock);
        var _ = metrics.timer.scheduleWithFixedDelay(metrics::round, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return metrics;
    }

    /** Why autoscalers of this cluster do not get their numbers here; nothing where they do. */
    public Optional<String> obstacle() {
        return Optional.ofNullable(obstacle);
    }

    /** Waits for the first look, but not for ever: who decides before it would take autoscalers away and give them back. */
    public void awaitFirstLook() throws InterruptedException {
        var _ = looked.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            look(clock.instant());
            looked.countDown();
        } catch (KubernetesClientException | GeneralSecurityException problem) {
            // What was so stays so: one look that fails says nothing.
            LOG.info("metrics of autoscalers: {}", problem.getMessage());
        } catch (RuntimeException problem) {
            // A round that fails must not end the rounds.
            LOG.warn("metrics of autoscalers", problem);
        }
    }

    private synchronized void look(Instant now) throws GeneralSecurityException {
        String why = switch (registration.owner()) {
            case Owner.Nobody() -> "no APIService for custom.metrics.k8s.io leads to this operator";
            case Owner.Foreign(String name) -> "custom.metrics.k8s.io is served by " + name;
            case Owner.Ours ours -> serve(ours, now);
        };
        if (!Objects.equals(why, obstacle)) {
            LOG.info("metrics of autoscalers: {}", why == null ? "served here" : why);
        }
        obstacle = why;
    }

    private @Nullable String serve(Owner.Ours ours, Instant now) throws GeneralSecurityException {
        callers.trust(FrontProxy.of(client));
        Optional<Content> content = secret.look(now);
        if (content.isEmpty()) {
            return "the Secret " + SECRET + " is not there";
        }
        Instant told = ours.trusts().equals(content.get().trusted()) ? ours.told() : null;
        if (told == null) {
            registration.trust(content.get().trusted(), now);
        }
        identity.show(Rotation.shown(content.get(), told, now));
        if (server == null) {
            server = MetricsServer.start(port, identity, callers, api);
        }
        if (ours.isAvailable()) {
            lastAvailable = now;
        }
        return lastAvailable.isBefore(now.minus(GRACE))
                ? "the API server does not reach this operator: " + ours.reason()
                : null;
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
        if (server != null) {
            server.close();
        }
    }
}
