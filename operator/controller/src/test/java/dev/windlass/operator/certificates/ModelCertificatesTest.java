package dev.windlass.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.Resources;
import dev.windlass.operator.certificates.CertificateSecret.Content;
import dev.windlass.operator.certificates.CertificateWord.Failing;
import dev.windlass.operator.certificates.CertificateWord.Issued;
import dev.windlass.operator.certificates.CertificateWord.Missing;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ModelCertificatesTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml"));

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final KeyedCertificate first = Issuance.ofAuthority(NOW);
    private final Authority authority = new Authority(new Content(first, null));
    private LlmDeployment resource;
    private ModelCertificates certificates;

    @BeforeEach
    void aResource() {
        resource = created();
        certificates = new ModelCertificates(kube.client());
    }

    private static LlmDeployment created() {
        LlmDeployment wanted = Resources.with("model: {uri: 'hf://a/b'}");
        wanted.getMetadata().setName("m");
        wanted.getMetadata().setNamespace(kube.namespace());
        wanted.getMetadata().setUid(null);
        return kube.client().resource(wanted).create();
    }

    @Test
    void isMadeOnceAndGoesWithItsResource() {
        var issued = (Issued) certificates.of(resource, authority, NOW);
        Secret secret = secret();

        assertThat(issued.end()).isEqualTo(NOW.plus(Duration.ofDays(90)));
        assertThat(secret.getType()).isEqualTo("kubernetes.io/tls");
        assertThat(secret.getData()).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        assertThat(secret.getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getUid, OwnerReference::getController)
                .containsExactly(tuple(resource.getMetadata().getUid(), true));
        assertThat(read(secret).proves(new Identity.Model(kube.namespace(), "m"), authority, NOW))
                .isTrue();

        certificates.of(resource, authority, NOW.plus(Duration.ofDays(59)));
        new ModelCertificates(kube.client()).of(resource, authority, NOW.plus(Duration.ofDays(59)));
        assertThat(secret()).as("at rest, and of another operator").isEqualTo(secret);
    }

    @Test
    void isRenewedWhenItIsDueAndToldOfAnotherAuthority() {
        certificates.of(resource, authority, NOW);
        Proof made = read(secret());
        Instant due = NOW.plus(Duration.ofDays(61));

        certificates.of(resource, authority, due);
        Proof renewed = read(secret());
        assertThat(renewed.leaf()).isNotEqualTo(made.leaf());

        // Within the time in which nobody looks.
        var both = new Authority(new Content(Issuance.ofAuthority(due), first));
        certificates.of(resource, both, due.plusSeconds(1));
        Proof told = read(secret());
        assertThat(told.leaf()).isEqualTo(renewed.leaf());
        assertThat(told.bundle()).isEqualTo(both.bundle(due));
    }

    @Test
    void whatSomebodyRemovesOrBreaksIsMadeAgain() {
        certificates.of(resource, authority, NOW);
        kube.client().resource(secret()).delete();
        Instant next = NOW.plus(ModelCertificates.BETWEEN_LOOKS);
        assertThat(certificates.of(resource, authority, next.minusSeconds(1))).isInstanceOf(Issued.class);
        assertThat(secret()).as("nobody watches Secrets").isNull();

        certificates.of(resource, authority, next);
        assertThat(secret()).isNotNull();

        kube.client().resource(secret()).edit(one -> {
            one.getData().put("tls.key", "bm8=");
            return one;
        });
        certificates.of(resource, authority, next.plus(ModelCertificates.BETWEEN_LOOKS));
        assertThat(read(secret()).leaf()).isNotNull();
    }

    @Test
    void ofAResourceThatWasMadeAnewItIsTakenOver() {
        certificates.of(resource, authority, NOW);
        kube.client().resource(resource).delete();
        LlmDeployment again = created();

        assertThat(certificates.of(again, authority, NOW)).isInstanceOf(Issued.class);
        assertThat(secret().getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getUid)
                .containsExactly(again.getMetadata().getUid());
    }

    @Test
    void somebodyElsesSecretIsLeftAlone() throws Exception {
        kube.kubectl("create", "secret", "generic", "windlass-m-tls", "--from-literal=mine=1");

        assertThat(certificates.of(resource, authority, NOW)).isInstanceOfSatisfying(Missing.class, it -> {
            assertThat(it.reason()).isEqualTo("NameTaken");
            assertThat(it.message()).contains("windlass-m-tls", "does not belong to this LlmDeployment");
        });
        assertThat(secret().getData()).containsOnlyKeys("mine");
    }

    @Test
    void whoMayNotWriteSaysSoAndGoesOnWithWhatIsGood() throws Exception {
        try (KubernetesClient powerless = as("nobody")) {
            var without = new ModelCertificates(powerless);
            assertThat(without.of(resource, authority, NOW)).isInstanceOfSatisfying(Missing.class, it -> {
                assertThat(it.reason()).isEqualTo("Forbidden");
                assertThat(it.message())
                        .startsWith(
                                "Secret windlass-m-tls: secrets \"windlass-m-tls\" is forbidden: User \"nobody\" cannot get");
            });
        }
        certificates.of(resource, authority, NOW);
        kube.kubectl("create", "role", "reader", "--verb=get", "--resource=secrets");
        kube.kubectl("create", "rolebinding", "reader", "--role=reader", "--user=reader");
        try (KubernetesClient reader = as("reader")) {
            var readOnly = new ModelCertificates(reader);
            assertThat(readOnly.of(resource, authority, NOW.plus(Duration.ofDays(61))))
                    .isInstanceOfSatisfying(Failing.class, it -> {
                        assertThat(it.reason()).isEqualTo("Forbidden");
                        assertThat(it.message()).contains("cannot update");
                        assertThat(it.end()).isEqualTo(NOW.plus(Duration.ofDays(90)));
                    });
            assertThat(readOnly.firstEnd(NOW.plus(Duration.ofDays(61)))).isEqualTo(NOW.plus(Duration.ofDays(90)));
            assertThat(readOnly.of(resource, authority, NOW.plus(Duration.ofDays(91))))
                    .as("over")
                    .isInstanceOf(Missing.class);
        }
    }

    @Test
    void ofTwoOperatorsAtOnceOneWritesAndTheOtherFindsIt() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> look = () -> {
                var one = new ModelCertificates(kube.client());
                try {
                    return one.of(resource, authority, NOW) instanceof Issued;
                } catch (KubernetesClientException quicker) {
                    assertThat(quicker.getCode()).isEqualTo(409);
                    return one.of(resource, authority, NOW) instanceof Issued;
                }
            };
            for (var one :
                    threads.invokeAll(Stream.generate(() -> look).limit(4).toList())) {
                assertThat(one.get()).isTrue();
            }
        }
        String version = secret().getMetadata().getResourceVersion();
        certificates.of(resource, authority, NOW);
        assertThat(secret().getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void whatIsGoneIsNotCounted() {
        certificates.of(resource, authority, NOW);

        assertThat(certificates.firstEnd(NOW)).isEqualTo(NOW.plus(Duration.ofDays(90)));
        assertThat(certificates.firstEnd(NOW.plus(Duration.ofHours(2)))).isNull();
    }

    private static KubernetesClient as(String user) {
        var config = new ConfigBuilder(kube.client().getConfiguration())
                .withImpersonateUsername(user)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static Proof read(Secret secret) {
        return Objects.requireNonNull(Proof.read(secret.getData()));
    }

    private static Secret secret() {
        return kube.client()
                .secrets()
                .inNamespace(kube.namespace())
                .withName("windlass-m-tls")
                .get();
    }
}
