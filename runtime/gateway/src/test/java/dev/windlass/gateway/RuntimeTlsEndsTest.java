package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.fake.TlsLayer;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.gateway.upstream.UpstreamTimeouts;
import dev.windlass.testing.TestAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That connections with TLS end, and are ended, as those without. */
class RuntimeTlsEndsTest {
    private static final String GATEWAY = "spiffe://windlass/gateway";
    private static final String OWN = "spiffe://windlass/ns/default/llm/m";

    @TempDir
    Path folder;

    private final TestAuthority authority = new TestAuthority("first");
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

    private static void assertUntrusted(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("\"code\":\"model_untrusted\"");
    }

    @Test
    void longRequestsAndAnswersArriveWhole() throws Exception {
        String text = "x".repeat(3 << 20);
        var runtime = runtime((request, wire) ->
                wire.json(200, Scripts.answer("y".repeat(request.body().length()))));
        var answer =
                gateway.post("/v1/chat/completions", TestGateway.chatBody(false).replace("Hi", text));

        assertThat(answer.body()).contains("y".repeat(3 << 20));
        assertThat(runtime.received().remove().body()).contains(text);
    }

    @Test
    void aClientThatLeavesEndsTheRequestAtTheRuntimeAtOnce() throws Exception {
        var runtime = runtime(Scripts.streamsForever(Duration.ofMillis(10)));
        try (var client = gateway.socket(true)) {
            assertThat(client.getInputStream().read()).isPositive();
            await().until(() -> runtime.running() == 1);
        }
        await().atMost(Duration.ofSeconds(1)).until(() -> runtime.running() == 0);

        var closed = new CopyOnWriteArrayList<Long>();
        runtime.script((_, wire) -> {
            // Says nothing, and so hears that nobody listens only by reading.
            try {
                while (wire.isOpen()) {
                    Thread.sleep(5);
                }
            } finally {
                closed.add(System.nanoTime());
            }
        });
        long left;
        try (var _ = gateway.socket(false)) {
            await().until(() -> runtime.running() == 1);
            left = System.nanoTime();
        }
        await().until(() -> !closed.isEmpty());
        assertThat(Duration.ofNanos(closed.getFirst() - left)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aRuntimeThatKeepsSilentInItsHandshakeRunsOutOfTime() throws Exception {
        var hasty = TestGateway.OPTIONS.withUpstream(
                new UpstreamTimeouts(Duration.ofMillis(100), Duration.ofSeconds(20), Duration.ofSeconds(20)));
        try (var impatient = new TestGateway(hasty, tls)) {
            var mute = impatient.runtime(
                    plain -> {
                        plain.getInputStream().transferTo(OutputStream.nullOutputStream());
                        return plain;
                    },
                    Scripts.says("never"));
            impatient.routeByTlsTo(mute);
            long begun = System.nanoTime();
            var answer = impatient.chat();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("model_unreachable");
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(1400), Duration.ofSeconds(8));
            assertThat(log.lines()).isEmpty();

            impatient.routeByTlsTo(mute, impatient.runtime(layer, Scripts.says("instead")));
            assertThat(impatient.chat().body()).contains("instead");
        }
    }

    @Test
    void aRuntimeThatEndsInItsHandshakeIsOutOfReachAndNotUnderSuspicion() throws Exception {
        var dying = gateway.runtime(
                plain -> {
                    assertThat(plain.getInputStream().read()).isPositive();
                    throw new IOException("it dies");
                },
                Scripts.says("never"));
        var closing = gateway.runtime(
                plain -> {
                    plain.getInputStream().readNBytes(plain.getInputStream().available());
                    plain.close();
                    throw new IOException("it ends");
                },
                Scripts.says("never"));
        for (var runtime : List.of(dying, closing)) {
            gateway.routeByTlsTo(runtime);
            var answer = gateway.chat();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("model_unreachable");
        }
        assertThat(log.lines()).hasSize(2).allSatisfy(line -> assertThat(line).contains("cannot be reached"));
        // One that speaks no TLS is another thing.
        gateway.routeByTlsTo(gateway.runtime(
                plain -> {
                    plain.getOutputStream().write("HTTP/1.1 400 What?\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    return plain;
                },
                (_, _) -> {}));
        assertUntrusted(gateway.chat());
    }

    @Test
    void aRuntimeThatReadsNothingIsCutAsWell() throws Exception {
        var stuck = gateway.runtime(
                plain -> {
                    layer.over(plain);
                    sleep(Duration.ofMinutes(1));
                    return plain;
                },
                Scripts.says("never"));
        gateway.routeByTlsTo(stuck);
        try (var client = new Socket("127.0.0.1", gateway.gateway().port())) {
            String body = TestGateway.chatBody(false).replace("Hi", "x".repeat(12 << 20));
            client.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                                    + "content-length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> !layer.seen().isEmpty());
            Thread.sleep(300);
        }
        // Whoever ends it must not wait for whoever writes.
        await().atMost(Duration.ofSeconds(3))
                .until(
                        () -> gateway.operations("/metrics")
                                .contains(
                                        "windlass_gateway_in_flight_requests{name=\"m\",namespace=\"default\",revision=\"m\"} 0"));
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatIsCutIsSeenToBeBroken() throws Exception {
        var runtime = runtime((_, wire) -> {
            wire.events();
            wire.role();
            wire.token("half");
            wire.cut();
            Thread.sleep(500);
        });
        assertThat(gateway.stream().body()).contains("half", "model_lost", "[DONE]");
        runtime.script((_, wire) -> {
            wire.raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"half\":");
            wire.cut();
            Thread.sleep(500);
        });
        var half = gateway.chat();
        assertThat(half.statusCode()).isEqualTo(502);
        assertThat(half.body()).contains("model_lost");
        // Where nothing says how long it is, only the connection's end would, and anybody on the way could make one.
        runtime.script((_, wire) -> {
            wire.raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + Scripts.answer("all?"));
            wire.cut();
            Thread.sleep(500);
        });
        assertThat(gateway.chat().statusCode()).isEqualTo(502);
        runtime.script((_, wire) -> wire.reset());
        assertThat(gateway.chat().statusCode()).isEqualTo(502);
    }

    @Test
    void aConnectionThatWasClosedWhileItIdledIsNoFailure() throws Exception {
        var runtime = runtime(Scripts.says("hi"));
        assertThat(gateway.chat().statusCode()).isEqualTo(200);
        runtime.closeIdle();
        assertThat(gateway.chat().statusCode()).isEqualTo(200);
        assertThat(runtime.connections()).isEqualTo(2);
    }

    @Test
    void aRuntimeThatStopsSpeakingRunsOutOfTime() throws Exception {
        var hasty = TestGateway.OPTIONS.withUpstream(
                new UpstreamTimeouts(Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMillis(500)));
        try (var impatient = new TestGateway(hasty, tls)) {
            var runtime = impatient.runtime(layer, Scripts.staysSilent());
            impatient.routeByTlsTo(runtime);
            var answer = impatient.chat();
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body()).contains("model_timeout");
            runtime.script((_, wire) -> {
                wire.events();
                wire.token("half");
                Thread.sleep(Duration.ofMinutes(1));
            });
            assertThat(impatient.stream().body()).contains("half", "model_timeout", "[DONE]");
        }
    }
}
