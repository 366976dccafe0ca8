package dev.windlass.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.operator.certificates.CertificateSecret.Content;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuntimePeersTest {
    private static final Instant NOW = Instant.now();
    private static final Identity MODEL = new Identity.Model("team-a", "qwen");

    private final KeyedCertificate key = Issuance.ofAuthority(NOW);
    private final Authority authority = new Authority(new Content(key, null));
    private final ShownCertificate runtime = new ShownCertificate();
    private final RuntimePeers peers = new RuntimePeers();
    private SecureServer server;
    private HttpClient client;

    @BeforeEach
    void aRuntimeThatWantsToKnowWhoAsks() throws Exception {
        server = new SecureServer(
                runtime, authority.trusted(NOW), "/", caller -> caller.getBytes(StandardCharsets.UTF_8));
        peers.trust(authority.trusted(NOW));
        peers.prove(Issuance.of(Identity.OPERATOR, key, NOW));
        client = peers.client().build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    @Test
    void eachKnowsWhoTheOtherIsWithoutANameOfAHost() throws Exception {
        runtime.show(Issuance.of(MODEL, key, NOW));

        assertThat(asked("team-a", "qwen")).isEqualTo("spiffe://windlass/operator");
    }

    @Test
    void nobodyElseIsTakenForTheModel() throws Exception {
        runtime.show(Issuance.of(new Identity.Model("team-b", "qwen"), key, NOW));
        assertThatThrownBy(() -> asked("team-a", "qwen"))
                .hasMessageContaining("expected spiffe://windlass/ns/team-a/llm/qwen")
                .hasMessageContaining("found spiffe://windlass/ns/team-b/llm/qwen");

        runtime.show(Issuance.of(MODEL, Issuance.ofAuthority(NOW), NOW));
        assertThatThrownBy(() -> asked("team-a", "qwen")).hasMessageContaining("PKIX");

        // Of a gateway's Secret, which is good for asking alone.
        runtime.show(Issuance.of(Identity.GATEWAY, key, NOW));
        assertThatThrownBy(() -> asked("team-a", "qwen")).isInstanceOf(IOException.class);
    }

    @Test
    void oneWhoseCertificateIsOverIsNotBelieved() {
        runtime.show(Issuance.of(MODEL, key, NOW.minus(Issuance.LEAF_LIFE).minusSeconds(60)));

        assertThatThrownBy(() -> asked("team-a", "qwen")).isInstanceOf(IOException.class);
    }

    @Test
    void anAddressThatNobodyIsExpectedAtIsNotSpokenTo() {
        runtime.show(Issuance.of(MODEL, key, NOW));

        assertThatThrownBy(() -> client.send(HttpRequest.newBuilder(address()).build(), BodyHandlers.ofString()))
                .hasMessageContaining("expected null");
    }

    @Test
    void anotherCertificateTakesEffectWithoutAnotherClient() throws Exception {
        runtime.show(Issuance.of(MODEL, key, NOW));
        assertThat(asked("team-a", "qwen")).isEqualTo("spiffe://windlass/operator");

        KeyedCertificate next = Issuance.ofAuthority(NOW);
        peers.trust(new Authority(new Content(next, key)).trusted(NOW));
        runtime.show(Issuance.of(MODEL, next, NOW));
        client.shutdownNow();
        client = peers.client().build();

        assertThat(asked("team-a", "qwen")).isEqualTo("spiffe://windlass/operator");
    }

    private URI address() {
        return URI.create("https://127.0.0.1:" + server.port() + "/");
    }

    private String asked(String namespace, String name) throws IOException, InterruptedException {
        URI expected = peers.expect(address(), namespace, name);
        return client.send(HttpRequest.newBuilder(expected).build(), BodyHandlers.ofString())
                .body();
    }
}
