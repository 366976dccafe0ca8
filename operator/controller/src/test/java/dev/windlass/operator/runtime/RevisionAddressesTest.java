package dev.windlass.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.certificates.MutualTls;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.gateway.RevisionKey;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RevisionAddressesTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with();

    @Test
    void asksEachPodByWhatItsPortIsCalled() {
        pod("plain", "70b", "http", "10.9.0.1", "Running");
        pod("sealed", "70b", "https", "10.9.0.2", "Running");
        // Its address is another's by now.
        pod("ended", "70b", "https", "10.9.0.1", "Succeeded");
        pod("of-another", "8b", "https", "10.9.0.3", "Running");
        pod("six", "70b", "https", "fd00::7", "Running");
        try (var tls = MutualTls.start(
                kube.client(),
                Installation.MutualTls.Never,
                kube.namespace(),
                Duration.ofSeconds(1),
                InstantSource.system(),
                () -> {})) {
            var addresses = new RevisionAddresses(kube.client(), tls.peers());
            var key = new RevisionKey(kube.namespace(), "m", "70b");

            assertThat(addresses.apply(key, "10.9.0.1:8080")).isEqualTo(URI.create("http://10.9.0.1:8080"));
            assertThat(addresses.apply(key, "10.9.0.2:8080")).isEqualTo(URI.create("https://10.9.0.2:8080"));
            assertThat(addresses.apply(key, "10.9.0.3:8080")).isEqualTo(URI.create("http://10.9.0.3:8080"));
            assertThat(addresses.apply(key, "[fd00::7]:8080")).isEqualTo(URI.create("https://[fd00::7]:8080"));
        }
    }

    private static void pod(String name, String revision, String port, String ip, String phase) {
        Pod made = kube.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(kube.namespace())
                        .addToLabels(Labels.NAME, "m")
                        .addToLabels(Labels.REVISION, revision)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("runtime")
                        .withImage("r")
                        .addNewPort()
                        .withName(port)
                        .withContainerPort(8080)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        kube.client()
                .resource(new PodBuilder(made)
                        .withNewStatus()
                        .withPhase(phase)
                        .withPodIP(ip)
                        .addNewPodIP(ip)
                        .endStatus()
                        .build())
                .patchStatus();
    }
}
