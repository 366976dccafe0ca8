package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.fake.Scripts;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave, that close half, that send too much. */
class ClientTest {
    private TestGateway gateway = new TestGateway();

    @BeforeEach
    void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesBeforeTheFirstTokenFreesItsRuntime(boolean stream) throws Exception {
        var runtime = gateway.runtime(Scripts.staysSilent());
        gateway.routeTo(runtime);
        try (var socket = gateway.socket(stream)) {
            await().until(() -> runtime.running() == 1);
            assertThat(socket.isConnected()).isTrue();
        }
        // The runtime notices when it looks: the fake one sleeps, so its connection's end is what is seen.
        await().until(() -> measurements().contains("\"cancellations\":1"));
        assertThat(measurements()).contains("\"errors\":0", "\"in_flight\":0");
    }

    @Test
    void aClientThatLeavesMidStreamFreesItsRuntime() throws Exception {
        var runtime = gateway.runtime(Scripts.streamsForever(Duration.ofMillis(5)));
        gateway.routeTo(runtime);
        try (var socket = gateway.socket(true)) {
            assertThat(socket.getInputStream().read()).isPositive();
        }
        await().until(() -> runtime.running() == 0);
        assertThat(runtime.abandoned()).isEqualTo(1);
        await().until(() -> measurements().contains("\"cancellations\":1"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatClosesOnlyItsOwnSideGetsItsAnswer(boolean stream) throws Exception {
        var runtime = gateway.runtime((request, wire) -> {
            Thread.sleep(Duration.ofMillis(350));
            if (stream) {
                Scripts.streams(Duration.ZERO, Duration.ofMillis(60), 5).answer(request, wire);
            } else {
                Scripts.says("patient").answer(request, wire);
            }
        });
        gateway.routeTo(runtime);
        try (var socket = gateway.socket(stream)) {
            socket.shutdownOutput();
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).contains("HTTP/1.1 102").contains("HTTP/1.1 200");
            assertThat(answer).contains(stream ? "data: [DONE]" : "patient");
        }
    }

    @Test
    void oneConnectionServesManyRequests() throws Exception {
        gateway.routeTo(gateway.runtime(Scripts.says("again")));
        String body = TestGateway.chatBody(false);
        String request =
                "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
        try (var socket = new Socket("127.0.0.1", gateway.gateway().port())) {
            for (int i = 0; i < 20; i++) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                assertThat(readUntil(socket.getInputStream(), "\"total_tokens\":10}}"))
                        .contains("again");
            }
        }
    }

    @Test
    void bodiesHaveABoundEachAndAllTogether() throws Exception {
        gateway.close();
        gateway = new TestGateway(TestGateway.OPTIONS.withBodies(100_000, 150_000));
        var runtime = gateway.runtime(Scripts.staysSilent());
        gateway.routeTo(runtime);
        var tooLarge = gateway.post("/v1/chat/completions", body(200_000));
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        var waiting =
                gateway.http().sendAsync(gateway.request("/v1/completions", body(90_000)), BodyHandlers.discarding());
        await().until(() -> runtime.running() == 1);
        var noRoom = gateway.post("/v1/chat/completions", body(90_000));
        assertThat(noRoom.statusCode()).isEqualTo(503);
        assertThat(noRoom.body()).contains("gateway_full");
        assertThat(noRoom.headers().firstValue("retry-after")).isPresent();
        waiting.cancel(true);
        runtime.script(Scripts.says("room"));
        await().until(() -> gateway.post("/v1/chat/completions", body(90_000)).statusCode() == 200);
    }

    @Test
    void aStreamThatRunsKeepsNothingOfItsRequest() throws Exception {
        gateway.close();
        gateway = new TestGateway(TestGateway.OPTIONS.withBodies(100_000, 150_000));
        var runtime = gateway.runtime(Scripts.streamsForever(Duration.ofMillis(10)));
        gateway.routeTo(runtime);
        var stream =
                gateway.http().send(gateway.request("/v1/completions", body(90_000)), BodyHandlers.ofInputStream());
        try (var events = stream.body()) {
            assertThat(events.read()).isPositive();
            runtime.script(Scripts.says("room"));
            assertThat(gateway.post("/v1/chat/completions", body(90_000)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsNoRequestIsSaidInOpenAisWords() throws Exception {
        gateway.route("deployments: []");
        assertThat(gateway.post("/v1/chat/completions", "{").body()).contains("invalid_json");
        assertThat(gateway.post("/v1/chat/completions", "").statusCode()).isEqualTo(400);
        assertThat(gateway.get("/v2/none").body()).contains("unknown_url");
        assertThat(gateway.get("/internal/measurements").statusCode()).isEqualTo(404);
    }

    private String measurements() throws Exception {
        return gateway.operations("/internal/measurements");
    }

    private static String body(int length) {
        return "{\"model\": \"m\", \"prompt\": \"" + "x".repeat(length) + "\"}";
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new AssertionError("the connection ended after: " + text);
            }
            text.append((char) octet);
        }
        return text.toString();
    }
}
