package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.edge.Filtering;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.fake.TlsLayer;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.source.RouteFile;
import dev.windlass.gateway.source.RouteFileWatch;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.testing.TestAuthority;
import dev.windlass.testing.TestAuthority.Leaf;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A gateway whose runtimes have to prove who they are, and that proves it to them. */
class RuntimeTlsTest {
    private static final String GATEWAY = "spiffe://windlass/gateway";
    private static final String OWN = "spiffe://windlass/ns/default/llm/m";

    @TempDir
    Path folder;

    private final TestAuthority authority = new TestAuthority("first");
    private final TestAuthority other = new TestAuthority("second");
    private final TlsLayer layer = new TlsLayer(authority.leaf(OWN), authority);
    private final LogLines log = new LogLines();
    private RuntimeTls tls;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        TestAuthority.mount(folder, authority.leaf(GATEWAY), authority);
        tls = RuntimeTls.open(folder, false);
        gateway = new TestGateway(TestGateway.OPTIONS, tls);
    }

    @AfterEach
    void close() {
        gateway.close();
        tls.close();
        log.close();
    }

    private FakeRuntime runtime(FakeRuntime.Script script) {
        var runtime = gateway.runtime(layer, script);
        gateway.routeByTlsTo(runtime);
        return runtime;
    }

    /** A stream whose first event is here. */
    private BufferedReader open() throws Exception {
        HttpResponse<InputStream> answer = gateway.http()
                .send(
                        gateway.request("/v1/chat/completions", TestGateway.chatBody(true)),
                        BodyHandlers.ofInputStream());
        var events = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        assertThat(events.readLine()).startsWith("data:");
        return events;
    }

    private static void assertGoesOn(BufferedReader events) throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(events.readLine()).isNotNull().doesNotContain("error");
        }
    }

    private static void assertUntrusted(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("\"code\":\"model_untrusted\"");
    }

    @Test
    void answersAndStreamsComeOverOneConnectionOnWhichBothHaveProvedWhoTheyAre() throws Exception {
        var runtime = runtime(Scripts.says("secretly"));
        assertThat(gateway.chat().body()).contains("secretly");
        assertThat(gateway.chat().statusCode()).isEqualTo(200);
        runtime.script(Scripts.streams(Duration.ZERO, Duration.ofMillis(1), 20));
        assertThat(gateway.stream().body()).contains("t19 ").endsWith("data: [DONE]\n\n");
        assertThat(gateway.chat().statusCode()).isEqualTo(200);

        assertThat(runtime.connections()).isEqualTo(1);
        assertThat(layer.seen())
                .singleElement()
                .satisfies(shown -> assertThat(shown.getSubjectAlternativeNames())
                        .anySatisfy(name -> assertThat(name.get(1)).isEqualTo(GATEWAY)));
        assertThat(log.lines()).isEmpty();
    }

    static Stream<Arguments> strangers() {
        return Stream.of(
                Arguments.of(
                        List.of("spiffe://windlass/ns/other/llm/m"), "got one of spiffe://windlass/ns/other/llm/m"),
                Arguments.of(
                        List.of("spiffe://windlass/ns/default/llm/mm"),
                        "got one of spiffe://windlass/ns/default/llm/mm"),
                Arguments.of(List.of(GATEWAY), "got one of " + GATEWAY),
                Arguments.of(List.of(OWN, "spiffe://windlass/ns/other/llm/m"), "got one of no single URI"),
                Arguments.of(List.of(), "got one of no single URI"));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void aPodOfAnotherDeploymentGetsNothing(List<String> uris, String says) throws Exception {
        layer.show(authority.leaf(uris.toArray(String[]::new)), authority);
        var runtime = runtime(Scripts.says("mine"));
        assertUntrusted(gateway.chat());
        assertUntrusted(gateway.chat());

        assertThat(runtime.received()).isEmpty();
        assertThat(log.lines())
                .as("said once")
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(runtime.address() + " is not used: expected a certificate for " + OWN, says));
    }

    @Test
    void aCertificateOfAForeignAuthorityOrOneThatExpiredIsNotBelieved() throws Exception {
        var runtime = runtime(Scripts.says("mine"));
        for (Leaf leaf : List.of(other.leaf(OWN), authority.leaf(Duration.ofHours(-1), OWN))) {
            layer.show(leaf, authority);
            assertUntrusted(gateway.chat());
        }
        assertThat(runtime.received()).isEmpty();
        assertThat(log.lines()).hasSize(2).allSatisfy(line -> assertThat(line).contains("no handshake of TLS"));
    }

    @Test
    void aRuntimeThatDoesNotWantThisGatewayIsSaidToBeSo() throws Exception {
        layer.show(authority.leaf(OWN), other);
        var runtime = runtime(Scripts.says("mine"));
        // What it says of it may be lost with its connection.
        assertThat(gateway.chat().statusCode()).isBetween(502, 503);
        assertThat(runtime.received()).isEmpty();

        layer.show(authority.leaf(OWN), authority);
        runtime.script((_, wire) -> wire.json(401, "{\"error\":{\"message\":\"who?\"}}"));
        assertUntrusted(gateway.chat());
        runtime.script(Scripts.says("come in"));
        assertThat(gateway.chat().statusCode()).isEqualTo(200);
    }

    @Test
    void anotherRuntimeAnswersInPlaceOfOneThatIsNotTrusted() throws Exception {
        var good = gateway.runtime(layer, Scripts.says("good"));
        var bad = gateway.runtime(new TlsLayer(authority.leaf(GATEWAY), authority), Scripts.says("bad"));
        gateway.routeByTlsTo(bad, good);
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.chat().body()).contains("good");
        }
        assertThat(bad.received()).isEmpty();
    }

    @Test
    void endpointsWithAndWithoutTlsServeSideBySideAndAnAddressIsNotBoth() throws Exception {
        var secure = gateway.runtime(layer, Scripts.says("secure"));
        var plain = gateway.runtime(Scripts.says("plain"));
        String yaml = "deployments:\n- name: m\n  routing: RoundRobin\n  endpoints:\n"
                + "  - {address: '%s', tls: %s}\n  - {address: '%s', tls: %s}\n";
        gateway.route(yaml.formatted(secure.address(), true, plain.address(), false));
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.chat().statusCode()).isEqualTo(200);
        }
        assertThat(secure.received()).hasSize(5);
        assertThat(plain.received()).hasSize(5);

        // The connections that idle are of no use now: one is not what it has to be, the other has proved nothing.
        gateway.route(yaml.formatted(secure.address(), false, plain.address(), true));
        assertThat(gateway.chat().statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(plain.received()).hasSize(5);
    }

    @Test
    void whatMayNotBeUsedIsNotReadyAndTheLogSaysWhy() throws Exception {
        Path file = Files.writeString(folder.resolve("routes.yaml"), """
                deployments:
                - name: m
                  endpoints: [{address: '10.0.0.1:8443', tls: true}, {address: '10.0.0.2:8080'}]
                """);
        var routes = new CurrentRoutes();
        try (var required = RuntimeTls.open(folder, true)) {
            for (var given : List.of(RuntimeTls.NONE, tls, required)) {
                try (var _ = RouteFileWatch.start(file, routes, given, Duration.ofSeconds(1))) {
                    assertThat(routes.table().find("m").orElseThrow().open().get("m"))
                            .extracting(Endpoint::host)
                            .containsExactlyElementsOf(
                                    given == RuntimeTls.NONE
                                            ? List.of("10.0.0.2")
                                            : given == tls ? List.of("10.0.0.1", "10.0.0.2") : List.of("10.0.0.1"));
                }
            }
        }
        assertThat(log.lines())
                .containsExactly(
                        "10.0.0.1:8443 is not used: it wants TLS, and this gateway was given no certificate (--runtime-tls)",
                        "10.0.0.2:8080 is not used: it speaks without TLS, and only TLS is to be used"
                                + " (--runtime-tls-required)");
    }

    @Test
    void nothingIsSentWhereItMayNotBe() throws Exception {
        var plain = gateway.runtime(Scripts.says("plain"));
        try (var required = RuntimeTls.open(folder, true);
                var strict = new TestGateway(TestGateway.OPTIONS, required)) {
            strict.routeTo(plain);
            assertUntrusted(strict.chat());
        }
        var secure = gateway.runtime(layer, Scripts.says("secure"));
        try (var without = new TestGateway()) {
            without.route(
                    "deployments: [{name: m, endpoints: [{address: '%s', tls: true}]}]".formatted(secure.address()));
            assertUntrusted(without.chat());
        }
        assertThat(plain.connections() + secure.connections()).isZero();
        assertThat(log.lines()).hasSize(2);
    }

    @Test
    void aClassifierIsAskedAsRuntimesAre() throws Exception {
        var judge = gateway.runtime(
                layer, (_, wire) -> wire.json(200, "{\"labels\":[\"toxic\"],\"data\":[{\"probs\":[0.9]}]}"));
        var routes = new CurrentRoutes();
        try (var filtering = new Filtering(routes, Map.of(), tls)) {
            var classifier = filtering.classifier();
            for (String name : List.of("m", "other")) {
                routes.replace(RouteFile.parse("deployments: [{name: %s, endpoints: [{address: '%s', tls: true}]}]"
                                .formatted(name, judge.address()))
                        .table());
                if (name.equals("m")) {
                    assertThat(classifier
                                    .classify("default", "m", List.of("text"))
                                    .getFirst())
                            .containsEntry("toxic", 0.9);
                } else {
                    assertThatThrownBy(() -> classifier.classify("default", "other", List.of("text")))
                            .hasMessageContaining("expected a certificate for spiffe://windlass/ns/default/llm/other");
                }
            }
        }
        assertThat(judge.received()).hasSize(1);
    }

    @Test
    void aRenewedLeafAndAnAuthorityInRotationAreTakenUnderAStream() throws Exception {
        var runtime = runtime(Scripts.streamsForever(Duration.ofMillis(5)));
        try (var events = open()) {
            runtime.script(Scripts.says("hi"));
            assertThat(gateway.chat().statusCode()).isEqualTo(200);

            var renewed = authority.leaf(GATEWAY);
            TestAuthority.mount(folder, renewed, authority, other);
            // Connections that idle were begun with the old one, and are used no more.
            await().until(() ->
                    gateway.chat().statusCode() == 200 && layer.seen().contains(renewed.certificate()));
            layer.show(other.leaf(OWN), authority, other);
            TestAuthority.mount(folder, other.leaf(GATEWAY), other);
            await().until(() -> log.lines().size() > 1);
            assertThat(gateway.chat().statusCode()).isEqualTo(200);

            layer.show(authority.leaf(OWN), authority, other);
            TestAuthority.mount(folder, authority.leaf(GATEWAY), other);
            await().until(() -> gateway.chat().statusCode() == 502);
            assertGoesOn(events);
        }
        await().until(() -> runtime.running() == 0);
    }

    @Test
    void aSessionThatIsResumedProvesNoLess() throws Exception {
        var runtime = runtime((_, wire) -> wire.json(200, Scripts.answer("hi"), "connection: close"));
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.chat().statusCode()).isEqualTo(200);
        }
        assertThat(runtime.connections()).isEqualTo(3);
        // Its session would still be good for another deployment at the same address.
        gateway.route("deployments: [{name: m, namespace: other, endpoints: [{address: '%s', tls: true}]}]"
                .formatted(runtime.address()));
        assertUntrusted(gateway.chat());
        assertThat(runtime.received()).hasSize(3);
    }

    @Test
    void howLongTheCertificateLastsIsMeasured() throws Exception {
        String name = "windlass_gateway_runtime_certificate_expiry_timestamp_seconds";
        String series = gateway.operations("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .orElseThrow();
        assertThat(Double.parseDouble(series.substring(series.indexOf(' '))))
                .isBetween(
                        System.currentTimeMillis() / 1e3 + Duration.ofDays(9).toSeconds(),
                        System.currentTimeMillis() / 1e3 + Duration.ofDays(10).toSeconds());
        assertThat(Files.readString(Path.of("..", "..", "docs", "metrics.md"))).contains("| `" + name + "` | gauge |");
        try (var without = new TestGateway()) {
            assertThat(without.operations("/metrics")).doesNotContain(name);
        }
    }

    @Test
    void aCertificateThatIsNotAGatewaysIsRefused() {
        TestAuthority.mount(folder, authority.leaf(OWN), authority);
        assertThatThrownBy(() -> RuntimeTls.open(folder, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected one for " + GATEWAY)
                .hasMessageContaining(OWN);
        assertThatThrownBy(() -> RuntimeTls.open(folder.resolve("nowhere"), false))
                .hasMessageContaining("tls.crt");
    }
}
