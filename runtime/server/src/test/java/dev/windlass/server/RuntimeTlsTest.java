package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.windlass.http.Authorities;
import dev.windlass.http.ClientConnections;
import dev.windlass.http.TlsFiles;
import dev.windlass.http.TlsMaterial;
import dev.windlass.testing.TestAuthority;
import dev.windlass.testing.TestAuthority.Leaf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A runtime that only gateways and the operator may ask, and what others get of it. */
class RuntimeTlsTest {
    private static final String GATEWAY = "spiffe://windlass/gateway";
    private static final String OWN = "spiffe://windlass/ns/default/llm/parrot";
    private static final String CHAT =
            "{\"model\":\"parrot\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"max_tokens\":%d,\"stream\":%s}";

    @TempDir
    Path folder;

    private final TestAuthority authority = new TestAuthority("first");
    private final TestAuthority other = new TestAuthority("second");
    private TestServer server;

    @BeforeEach
    void start() {
        TestAuthority.mount(folder, authority.leaf(OWN), authority);
        server = TestServer.start(TestServer.OPTIONS.withTls(TlsFiles.in(folder)));
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** A client's connection, on which one request follows another. */
    private final class Caller implements AutoCloseable {
        private final SSLSocket socket;
        private final BufferedReader reader;

        Caller(SSLContext context, String... protocols) throws IOException {
            socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.server.port());
            socket.setSoTimeout(20_000);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        X509Certificate shown() throws IOException {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }

        void send(String method, String path, String body) throws IOException {
            socket.getOutputStream()
                    .write("%s %s HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                            .formatted(method, path, body.length(), body)
                            .getBytes(StandardCharsets.UTF_8));
        }

        String line() throws IOException {
            return reader.readLine();
        }

        /** The status of the answer, and its body where it says how long it is. */
        String answer() throws IOException {
            String status = line().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
            int length = 0;
            for (String line = line(); !line.isEmpty(); line = line()) {
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).strip());
                }
            }
            var body = new char[length];
            for (int read = 0; read < length; ) {
                read += reader.read(body, read, length - read);
            }
            return status + " " + new String(body);
        }

        String ask(String method, String path, String body) throws IOException {
            send(method, path, body);
            return answer();
        }

        String chat() throws IOException {
            return ask("POST", "/v1/chat/completions", CHAT.formatted(4, false));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static SSLContext showing(Leaf leaf, TestAuthority... believed) {
        var certificates =
                Arrays.stream(believed).map(TestAuthority::certificate).toList();
        return new TlsMaterial(List.of(leaf.certificate()), leaf.keys().getPrivate(), certificates)
                .context(Authorities.of(certificates));
    }

    /** Shows no certificate. */
    private SSLContext nameless() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    Authorities.of(List.of(authority.certificate())).trust()
                },
                null);
        return context;
    }

    private Caller caller(Leaf leaf) throws IOException {
        return new Caller(showing(leaf, authority));
    }

    @ParameterizedTest
    @ValueSource(strings = {GATEWAY, "spiffe://windlass/operator"})
    void gatewaysAndTheOperatorAreServed(String uri) throws Exception {
        try (var caller = caller(authority.leaf(uri))) {
            assertThat(caller.chat()).startsWith("200 ").contains("chat.completion");
            assertThat(caller.ask("GET", "/v1/models", "")).startsWith("200 ").contains("parrot");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void eitherVersionIsSpokenWithCiphersThatAreAuthenticatedOnly(String version) throws Exception {
        var context = showing(authority.leaf(GATEWAY), authority);
        try (var caller = new Caller(context, version)) {
            assertThat(caller.chat()).startsWith("200 ");
            assertThat(caller.socket.getSession().getProtocol()).isEqualTo(version);
        }
        var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.server.port());
        try (socket) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void whoHasNoCertificateSeesWhatProbesAndScrapesSee() throws Exception {
        try (var caller = new Caller(nameless())) {
            for (String path : List.of("/health", "/health/ready", "/health/live", "/health/loading", "/version")) {
                assertThat(caller.ask("GET", path, "")).as(path).startsWith("200 ");
            }
            assertThat(caller.ask("GET", "/metrics", "")).startsWith("200 ").contains("vllm:");
            for (String path : List.of("/v1/models", "/internal/loggers", "/healthy", "/", "//v1/models", "/Metrics")) {
                assertThat(caller.ask("GET", path, "")).as(path).startsWith("401 ");
            }
            assertThat(caller.ask("OPTIONS", "/v1/models", "")).startsWith("401 ");
            String refusal = caller.chat();
            assertThat(refusal).startsWith("401 ");
            var error = server.json(refusal.substring(4)).get("error");
            assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
            assertThat(error.get("code").asText()).isEqualTo("client_certificate_required");
            assertThat(error.get("message").asText())
                    .contains(GATEWAY, "spiffe://windlass/operator")
                    .endsWith("there was none.");
        }
    }

    @Test
    void aPathThatOnlyLooksOpenIsNot() throws Exception {
        try (var caller = new Caller(nameless())) {
            for (String path : List.of(
                    "/health/../v1/models",
                    "/health/%2e%2e/v1/models",
                    "/health/..%2fv1/models",
                    "/health;x/../v1/models")) {
                assertThat(caller.ask("GET", path, ""))
                        .as(path)
                        .doesNotStartWith("200 ")
                        .doesNotContain("parrot");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://windlass/ns/default/llm/other",
                OWN,
                "spiffe://windlass/gateway/",
                "spiffe://Windlass/gateway",
                "spiffe://elsewhere/gateway"
            })
    void aCertificateForAnybodyElseIsNoWayIn(String uri) throws Exception {
        try (var caller = caller(authority.leaf(uri))) {
            assertThat(caller.chat()).startsWith("401 ").contains("there was one of " + uri);
            assertThat(caller.ask("GET", "/health", "")).startsWith("200 ");
        }
    }

    @Test
    void aCertificateWithTwoNamesIsForNobody() throws Exception {
        try (var caller = caller(authority.leaf(OWN, GATEWAY))) {
            assertThat(caller.chat()).startsWith("401 ").contains("no single URI");
        }
        try (var caller = caller(authority.leaf())) {
            assertThat(caller.chat()).startsWith("401 ");
        }
    }

    @Test
    void aCertificateOfAForeignAuthorityOrOneThatExpiredEndsTheHandshake() {
        for (var leaf : List.of(other.leaf(GATEWAY), authority.leaf(Duration.ofHours(-1), GATEWAY))) {
            assertThatThrownBy(() -> {
                        try (var caller = caller(leaf)) {
                            caller.ask("GET", "/health", "");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void withoutTlsNothingIsAnswered() {
        assertThatThrownBy(() -> server.get("/health")).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aLeafIsRenewedAndAnAuthorityReplacedUnderAStream() throws Exception {
        try (var stream = caller(authority.leaf(GATEWAY))) {
            var hurries = new AtomicBoolean();
            server.runner.beforeStep = () -> LockSupport.parkNanos(hurries.get() ? 1 : 40_000_000);
            stream.send(
                    "POST",
                    "/v1/chat/completions",
                    CHAT.formatted(180, true).replace("Hello", "say " + "x".repeat(200)));
            assertThat(stream.line()).contains("200");
            var before = stream.shown().getSerialNumber();

            var renewed = authority.leaf(OWN);
            TestAuthority.mount(folder, renewed, authority, other);
            await().until(() -> {
                try (var caller = caller(authority.leaf(GATEWAY))) {
                    return caller.shown().equals(renewed.certificate());
                }
            });
            // While two are believed, either's gateways are served.
            try (var old = caller(authority.leaf(GATEWAY));
                    var young = caller(other.leaf(GATEWAY))) {
                assertThat(old.chat()).startsWith("200 ");
                assertThat(young.chat()).startsWith("200 ");

                TestAuthority.mount(folder, other.leaf(OWN), other);
                // Connections that were begun live on, but not what they are let in by.
                await().until(() -> old.chat().startsWith("401 "));
                assertThat(young.chat()).startsWith("200 ");
            }
            hurries.set(true);
            assertThat(stream.shown().getSerialNumber()).isEqualTo(before);
            var events = new StringBuilder();
            for (String line = stream.line(); !line.contains("[DONE]"); line = stream.line()) {
                events.append(line).append('\n');
            }
            assertThat(events).contains("finish_reason\":\"length\"");
        }
    }

    @Test
    void aSessionIsNotResumedPastTheTrustItBeganWith() throws Exception {
        var context = showing(authority.leaf(GATEWAY), authority, other);
        long created;
        try (var caller = new Caller(context)) {
            assertThat(caller.chat()).startsWith("200 ");
            created = caller.socket.getSession().getCreationTime();
        }
        Thread.sleep(20);
        try (var caller = new Caller(context)) {
            assertThat(caller.chat()).startsWith("200 ");
            assertThat(caller.socket.getSession().getCreationTime())
                    .as("resumed")
                    .isEqualTo(created);
        }
        TestAuthority.mount(folder, other.leaf(OWN), other);
        await().untilAsserted(() -> assertThatThrownBy(() -> {
                    try (var caller = new Caller(context)) {
                        caller.ask("GET", "/health", "");
                    }
                })
                .isInstanceOf(SSLException.class));
    }

    @Test
    void aClientThatLeavesIsNoticedWhetherItSaysSoOrNot() throws Exception {
        server.runner.beforeStep = () -> LockSupport.parkNanos(20_000_000);
        for (boolean says : new boolean[] {true, false}) {
            var plain = new Socket("127.0.0.1", server.server.port());
            var secure = (SSLSocket) showing(authority.leaf(GATEWAY), authority)
                    .getSocketFactory()
                    .createSocket(plain, "127.0.0.1", server.server.port(), true);
            try (plain;
                    secure) {
                String body = CHAT.formatted(180, true).replace("Hello", "say " + "x".repeat(200));
                secure.getOutputStream()
                        .write(("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                                        + "content-length: " + body.length() + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(secure.getInputStream().read()).isPositive();
                if (says) {
                    secure.close();
                } else {
                    plain.close();
                }
            }
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> server.engine.snapshot().running() == 0);
        }
    }

    @Test
    void whoSaysNothingInItsHandshakeIsCut() throws Exception {
        var patience =
                new ClientConnections.Timeouts(Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ofSeconds(5));
        try (var strict = TestServer.start(
                        TestServer.OPTIONS.withTls(TlsFiles.in(folder)).withPatience(patience));
                var silent = new Socket("127.0.0.1", strict.server.port())) {
            silent.setSoTimeout(5000);
            assertThat(silent.getInputStream().readAllBytes()).hasSizeLessThan(100);
            // Once it stands, others say how long it may rest.
            try (var slow = (SSLSocket) showing(authority.leaf(GATEWAY), authority)
                    .getSocketFactory()
                    .createSocket("127.0.0.1", strict.server.port())) {
                slow.startHandshake();
                Thread.sleep(900);
                slow.getOutputStream()
                        .write("GET /health HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(slow.getInputStream().read()).isEqualTo('H');
            }
        }
    }

    @Test
    void filesThatMakeNoSenseChangeNothing() throws Exception {
        var before = folder.resolve("..data").toRealPath();
        Path broken = Files.createDirectory(folder.resolve("..broken"));
        for (String file : List.of("tls.crt", "tls.key")) {
            Files.copy(before.resolve(file), broken.resolve(file));
        }
        Files.writeString(broken.resolve("ca.crt"), "");
        Files.delete(folder.resolve("..data"));
        Files.createSymbolicLink(folder.resolve("..data"), broken.getFileName());
        Thread.sleep(1500);
        try (var caller = caller(authority.leaf(GATEWAY))) {
            assertThat(caller.chat()).startsWith("200 ");
        }
        TestAuthority.mount(folder, authority.leaf(OWN), authority);
    }

    @Test
    void itDoesNotStartWithoutWhatItWasTold() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> TestServer.start(TestServer.OPTIONS.withTls(TlsFiles.in(empty))))
                .hasMessageContaining("tls.crt");
        Files.copy(folder.resolve("tls.crt"), empty.resolve("tls.crt"));
        Files.copy(folder.resolve("tls.key"), empty.resolve("tls.key"));
        Files.writeString(empty.resolve("ca.crt"), "nobody");
        assertThatThrownBy(() -> TestServer.start(TestServer.OPTIONS.withTls(TlsFiles.in(empty))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ca.crt: expected certificates in PEM");
    }
}
