package dev.windlass.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.runtime.Runtimes;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RotationTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "v1beta2.custom.metrics.k8s.io";

    @Test
    void anotherCertificateTakesThePlaceOfADueOneWhileTheApiServerAsks() throws Exception {
        var time = new AtomicReference<>(Instant.now().minus(Duration.ofDays(200)));
        InstantSource clock = time::get;
        int port = freePort();
        register(port);
        var gateways = new Gateways(Set::of, Duration.ofSeconds(1), clock);
        try (var runtimes = new Runtimes(gateways, clock);
                gateways;
                var metrics = CustomMetrics.start(
                        kube.newClient(), kube.namespace(), port, gateways, runtimes, Duration.ofMillis(200), clock)) {
            await().atMost(PATIENCE).until(RotationTest::answers);
            assertThat(metrics.obstacle()).isEmpty();
            X509Certificate first = trusted().getFirst();

            time.set(Instant.now().plus(Duration.ofDays(100)));

            await().atMost(PATIENCE).until(() -> trusted().size() == 2);
            assertThat(trusted().getLast()).isEqualTo(first);
            for (int i = 0; i < 20; i++) {
                assertThat(answers()).as("look %d", i).isTrue();
                Thread.sleep(50);
            }
        } finally {
            kube.client().apiServices().withName(NAME).delete();
        }
    }

    private static boolean answers() throws Exception {
        return kube.kubectl("get", "--raw", "/apis/custom.metrics.k8s.io/v1beta2")
                        .status()
                == 0;
    }

    private static List<X509Certificate> trusted() throws GeneralSecurityException {
        APIService found = kube.client().apiServices().withName(NAME).get();
        String bundle = found.getSpec().getCaBundle();
        return bundle == null
                ? List.of()
                : ServingCertificate.certificates(
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
