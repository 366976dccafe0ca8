package dev.windlass.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.operator.certificates.KeyedCertificate;
import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.runtime.Runtimes;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RotationTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "v1beta2.custom.metrics.k8s.io";

    private final AtomicInteger looks = new AtomicInteger();
    /** The certificates have to be good at the time of the API server, which nobody can move: so all of this lies before it. */
    private final AtomicReference<Instant> time =
            new AtomicReference<>(Instant.now().minus(Duration.ofDays(300)));

    private final InstantSource clock = () -> {
        looks.incrementAndGet();
        return time.get();
    };

    @Test
    void anotherCertificateTakesThePlaceOfADueOneWhileTheApiServerAsks() throws Exception {
        int port = freePort();
        int nextPort = freePort();
        register(port);
        var gateways = new Gateways(Set::of, Duration.ofSeconds(1), Instant::now);
        try (var runtimes = new Runtimes(
                        gateways,
                        HttpClient.newBuilder(),
                        (_, address) -> URI.create("http://" + address),
                        Instant::now);
                gateways) {
            try (var one = start(port, gateways, runtimes)) {
                await().atMost(PATIENCE).until(RotationTest::answers);
                assertThat(one.obstacle()).isEmpty();
                X509Certificate first = trusted().getFirst();
                X509Certificate second;

                try (var asker = new Asker()) {
                    time.set(Instant.now());
                    await().atMost(PATIENCE).until(() -> trusted().size() == 2);
                    second = trusted().getFirst();
                    assertThat(trusted().getLast()).isEqualTo(first);
                    // However often it looks meanwhile: an API server may not have heard yet.
                    int before = looks.get();
                    await().atMost(PATIENCE).until(() -> looks.get() > before + 10);
                    assertThat(shown(port)).isEqualTo(first);
                    try (var _ = start(nextPort, gateways, runtimes)) {
                        await().atMost(PATIENCE).ignoreExceptions().until(() -> shown(nextPort), first::equals);
                    }

                    time.updateAndGet(now -> now.plus(Rotation.UNTIL_HEARD));
                    await().atMost(PATIENCE).until(() -> shown(port), second::equals);
                    asker.awaitAnswers(20);
                    assertThat(asker.failures()).isEmpty();
                }
            }
            // The API server may have kept its connections; to another replica it opens one, and looks at the
            // certificate.
            try (var _ = start(nextPort, gateways, runtimes)) {
                kube.client().apiServices().withName(NAME).edit(found -> {
                    found.getSpec().getService().setPort(nextPort);
                    return found;
                });
                await().atMost(PATIENCE).until(RotationTest::answers);
            }
        } finally {
            kube.client().apiServices().withName(NAME).delete();
        }
    }

    private CustomMetrics start(int port, Gateways gateways, Runtimes runtimes) {
        return CustomMetrics.start(
                kube.newClient(), kube.namespace(), port, gateways, runtimes, Duration.ofMillis(200), clock);
    }

    /** Asks the API server for what only the operator can answer, again and again. */
    private static final class Asker implements AutoCloseable {
        private final AtomicInteger answers = new AtomicInteger();
        private final List<String> failures = new CopyOnWriteArrayList<>();
        private volatile boolean isOver;
        private final Thread thread = Thread.ofVirtual().start(this::ask);

        private void ask() {
            while (!isOver) {
                try {
                    kube.client().raw("/apis/custom.metrics.k8s.io/v1beta2");
                    answers.incrementAndGet();
                } catch (KubernetesClientException refused) {
                    failures.add(Instant.now() + " " + refused.getMessage());
                }
            }
        }

        void awaitAnswers(int count) {
            int wanted = answers.get() + count;
            await().atMost(PATIENCE).until(() -> answers.get() >= wanted);
        }

        List<String> failures() {
            return failures;
        }

        @Override
        public void close() throws InterruptedException {
            isOver = true;
            thread.join(PATIENCE);
        }
    }

    private static boolean answers() throws Exception {
        return kube.kubectl("get", "--raw", "/apis/custom.metrics.k8s.io/v1beta2")
                        .status()
                == 0;
    }

    /** What a server shows to whoever connects; that it wants to know more of the caller comes after it. */
    private static X509Certificate shown(int port) throws Exception {
        var seen = new AtomicReference<X509Certificate>();
        var manager = new X509ExtendedTrustManager() {
            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
                seen.set(chain[0]);
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
                seen.set(chain[0]);
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
                seen.set(chain[0]);
            }

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {manager}, null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.startHandshake();
        }
        return Objects.requireNonNull(seen.get());
    }

    private static List<X509Certificate> trusted() throws GeneralSecurityException {
        APIService found = kube.client().apiServices().withName(NAME).get();
        String bundle = found.getSpec().getCaBundle();
        return bundle == null
                ? List.of()
                : KeyedCertificate.certificates(
                        new String(Base64.getDecoder().decode(bundle), StandardCharsets.US_ASCII));
    }

    private static void register(int port) {
        kube.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(CustomMetrics.SECRET)
                        .withNamespace(kube.namespace())
                        .endMetadata()
                        .build())
                .create();
        kube.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName(CustomMetrics.SERVICE)
                        .withNamespace(kube.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withType("ExternalName")
                        .withExternalName("localhost")
                        .endSpec()
                        .build())
                .create();
        kube.client()
                .resource(new APIServiceBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .endMetadata()
                        .withNewSpec()
                        .withGroup(MetricsApi.GROUP)
                        .withVersion(MetricsApi.VERSION)
                        .withGroupPriorityMinimum(100)
                        .withVersionPriority(100)
                        .withNewService(CustomMetrics.SERVICE, kube.namespace(), port)
                        .endSpec()
                        .build())
                .create();
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
