package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.fake.Scripts;
import dev.windlass.http.TlsFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS whose certificate is renewed while clients are there. */
class TlsTest {
    @TempDir
    Path folder;

    private Path certificate;
    private Path key;
    private TestCertificate first;
    private TestCertificate second;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        certificate = folder.resolve("tls.crt");
        key = folder.resolve("tls.key");
        first = TestCertificate.make(1, "RSA");
        second = TestCertificate.make(2, "EC");
        first.write(certificate, key);
        gateway = new TestGateway(TestGateway.OPTIONS.withTls(new TlsFiles(certificate, key)));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private HttpRequest chat(boolean stream) {
        return HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + gateway.gateway().port() + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(TestGateway.chatBody(stream)))
                .build();
    }

    private HttpClient client() throws Exception {
        return HttpClient.newBuilder()
                .sslContext(TestCertificate.trust(first, second))
                .build();
    }

    /** The serial number of the certificate that a new client is shown. */
    private BigInteger shown(String... protocols) throws Exception {
        try (var socket = (SSLSocket) TestCertificate.trust(first, second)
                .getSocketFactory()
                .createSocket("127.0.0.1", gateway.gateway().port())) {
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    @Test
    void aCertificateIsRenewedUnderStreamsThatRun() throws Exception {
        var runtime = gateway.runtime(Scripts.streamsForever(Duration.ofMillis(10)));
        gateway.routeTo(runtime);
        try (var client = client();
                var events = new BufferedReader(new InputStreamReader(
                        client.send(chat(true), BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            assertThat(events.readLine()).startsWith("data:");
            assertThat(shown()).isEqualTo(1);

            second.write(certificate, key);
            await().until(() -> shown().intValue() == 2);
            for (int i = 0; i < 500; i++) {
                assertThat(events.readLine()).isNotNull();
            }
            client.shutdownNow();
        }
        await().until(() -> runtime.running() == 0);
    }

    @Test
    void filesThatDoNotGoTogetherChangeNothing() throws Exception {
        var other = TestCertificate.make(3, "EC");
        other.write(certificate, folder.resolve("elsewhere"));
        Thread.sleep(2500);
        assertThat(shown()).isEqualTo(1);
        Files.writeString(key, "nonsense");
        Thread.sleep(1500);
        assertThat(shown()).isEqualTo(1);
        second.write(certificate, key);
        await().until(() -> shown().intValue() == 2);
    }

    @Test
    void whatIsOldIsRefusedAndWhatIsUsualIsServed() throws Exception {
        assertThat(shown("TLSv1.2")).isEqualTo(1);
        assertThat(shown("TLSv1.3")).isEqualTo(1);
        assertThatThrownBy(() -> shown("TLSv1.1")).isInstanceOf(SSLHandshakeException.class);
        gateway.routeTo(gateway.runtime(Scripts.says("secretly")));
        try (var client = client()) {
            assertThat(client.send(chat(false), BodyHandlers.ofString()).body()).contains("secretly");
            client.shutdownNow();
        }
        assertThatThrownBy(gateway::chat).isInstanceOf(IOException.class);
    }

    @Test
    void howLongItLastsIsMeasured() throws Exception {
        String series = gateway.operations("/metrics")
                .lines()
                .filter(line -> line.startsWith("windlass_gateway_certificate_expiry_seconds "))
                .findFirst()
                .orElseThrow();
        assertThat(Double.parseDouble(series.substring(series.indexOf(' ')))).isBetween(9 * 86_400.0, 10 * 86_400.0);
    }

    @Test
    void aGatewayDoesNotStartWithoutWhatItWasTold() throws Exception {
        Files.writeString(key, "nonsense");
        assertThatThrownBy(() -> new TestGateway(TestGateway.OPTIONS.withTls(new TlsFiles(certificate, key))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PKCS #8");
        second.write(folder.resolve("other.crt"), key);
        assertThatThrownBy(() -> new TestGateway(TestGateway.OPTIONS.withTls(new TlsFiles(certificate, key))))
                .hasMessageContaining("expected the key of");
    }
}
