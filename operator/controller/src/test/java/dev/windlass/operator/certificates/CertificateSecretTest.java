package dev.windlass.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.certificates.CertificateSecret.Content;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CertificateSecretTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with();

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Instant DUE = NOW.plus(Duration.ofDays(300));

    private CertificateSecret secret;

    @BeforeEach
    void anEmptySecret() {
        write(Map.of());
        secret = secret();
    }

    @Test
    void theFirstWhoLooksFillsItAndAllOthersHaveTheSame() throws Exception {
        Content first = secret.look(NOW).orElseThrow();
        Content second = secret().look(NOW).orElseThrow();

        assertThat(second.certificate().certificate())
                .isEqualTo(first.certificate().certificate());
        assertThat(second.certificate().key().getEncoded())
                .isEqualTo(first.certificate().key().getEncoded());
        assertThat(first.certificate()
                        .certificate()
                        .getSubjectAlternativeNames()
                        .toString())
                .contains("metrics." + kube.namespace() + ".svc");
        first.certificate()
                .certificate()
                .verify(first.certificate().certificate().getPublicKey());
    }

    @Test
    void aDueOneIsReplacedAndStillTrusted() throws Exception {
        Content old = secret.look(NOW).orElseThrow();
        assertThat(secret.look(NOW.plus(Duration.ofDays(200))).orElseThrow().trusted())
                .isEqualTo(old.trusted());

        Content next = secret.look(DUE).orElseThrow();

        assertThat(next.certificate().certificate())
                .isNotEqualTo(old.certificate().certificate());
        assertThat(KeyedCertificate.certificates(next.trusted()))
                .containsExactly(
                        next.certificate().certificate(), old.certificate().certificate());
        assertThat(secret().look(DUE).orElseThrow().trusted()).isEqualTo(next.trusted());
    }

    @Test
    void oneThatCannotBeReadIsReplaced() {
        write(Map.of("tls.crt", "bm8=", "tls.key", "bm8="));

        assertThat(secret.look(NOW)).isPresent();
        assertThat(secret().look(NOW)).isPresent();
    }

    @Test
    void ofSeveralAtOnceOneWins() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<String> look = () -> {
                try {
                    return secret().look(NOW).orElseThrow().trusted();
                } catch (KubernetesClientException quicker) {
                    assertThat(quicker.getCode()).isEqualTo(409);
                    return secret().look(NOW).orElseThrow().trusted();
                }
            };
            var seen = threads.invokeAll(Stream.generate(() -> look).limit(4).toList());
            String kept = secret().look(NOW).orElseThrow().trusted();
            for (var one : seen) {
                assertThat(one.get()).isEqualTo(kept);
            }
        }
    }

    @Test
    void withoutASecretThereIsNothing() {
        kube.client().secrets().inNamespace(kube.namespace()).withName("tls").delete();

        assertThat(secret.look(NOW)).isEmpty();
    }

    private static CertificateSecret secret() {
        return new CertificateSecret(
                kube.client(), kube.namespace(), "tls", now -> Issuance.ofService("metrics", kube.namespace(), now));
    }

    private static void write(Map<String, String> data) {
        Secret empty = new SecretBuilder()
                .withNewMetadata()
                .withName("tls")
                .withNamespace(kube.namespace())
                .endMetadata()
                .withData(data)
                .build();
        kube.client().resource(empty).createOr(existing -> existing.update());
    }
}
