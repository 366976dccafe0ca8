package dev.windlass.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Events at a real API server, written with no more rights than programs are given. */
class EventWriterTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with();

    @TempDir
    Path directory;

    private Instant now = Instant.parse("2027-01-01T00:00:00Z");

    private KubernetesClient client(String verbs) throws Exception {
        String user = "teller-" + kube.namespace();
        Path rights = directory.resolve("rights.yaml");
        Files.writeString(rights, """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: teller}
                rules:
                - {apiGroups: [""], resources: [events], verbs: [%s]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: teller}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: teller}
                subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %s}]
                """.formatted(verbs, user));
        assertThat(kube.kubectl("apply", "-f", rights.toString()).status()).isZero();
        var config = new ConfigBuilder(kube.client().getConfiguration())
                .withImpersonateUsername(user)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private EventWriter writer(KubernetesClient client) {
        return new EventWriter(client, () -> now, "windlass-gateway", "windlass-gateway-0");
    }

    private ObjectReference pod() {
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(kube.namespace())
                .withName("windlass-gateway-0")
                .withUid("2a86e1b4-0000-0000-0000-000000000000")
                .build();
    }

    private List<Event> told() {
        return kube.client().v1().events().inNamespace(kube.namespace()).list().getItems();
    }

    @Test
    void whatIsToldAgainRaisesACountAndHasTheLatestWords() throws Exception {
        try (var client = client("create, patch")) {
            var events = writer(client);
            events.write(pod(), "Warning", "RedisUnavailable", "no answer from 10.0.0.1:6379");
            now = now.plusSeconds(60);
            events.write(pod(), "Warning", "RedisUnavailable", "no answer from 10.0.0.2:6379");
            // A program that starts anew goes on counting.
            now = now.plusSeconds(60);
            writer(client).write(pod(), "Warning", "RedisUnavailable", "no answer from 10.0.0.3:6379");
            events.write(pod(), "Normal", "RedisAvailable", "it answers");
        }

        assertThat(told())
                .extracting(Event::getType, Event::getReason, Event::getCount, Event::getMessage)
                .containsExactlyInAnyOrder(
                        tuple("Warning", "RedisUnavailable", 3, "no answer from 10.0.0.3:6379"),
                        tuple("Normal", "RedisAvailable", 1, "it answers"));
        assertThat(told())
                .filteredOn(event -> event.getCount() == 3)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getFirstTimestamp()).isEqualTo("2027-01-01T00:00:00Z");
                    assertThat(event.getLastTimestamp()).isEqualTo("2027-01-01T00:02:00Z");
                });
    }

    @Test
    void kubectlShowsThemOfTheirObject() throws Exception {
        try (var client = client("create, patch")) {
            writer(client).write(pod(), "Warning", "RedisUnavailable", "no answer");
        }

        assertThat(kube.kubectl("get", "events", "--field-selector", "involvedObject.uid=" + pod().getUid())
                        .text())
                .contains("Warning", "RedisUnavailable", "pod/windlass-gateway-0", "no answer");
    }

    @Test
    void whoeverTellsHearsThatItWasRefused() throws Exception {
        try (var client = client("list")) {
            assertThatThrownBy(() -> writer(client).write(pod(), "Normal", "RedisAvailable", "it answers"))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("forbidden");
        }
        assertThat(told()).isEmpty();
    }

    @Test
    void aMessageThatIsTooLongIsCut() {
        assertThat(EventWriter.fitting("x".repeat(2000))).hasSize(1024).endsWith("x...");
    }
}
