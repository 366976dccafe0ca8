package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.engine.EngineOptions;
import dev.windlass.http.ClientConnections;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RobustnessTest {
    private static final String LONG = "{\"prompt\":\"a\",\"max_tokens\":400,\"ignore_eos\":true%s}";

    private TestServer server = TestServer.start(TestServer.OPTIONS
            .withHeartbeat(Duration.ofMillis(200))
            .withMaximumBodyBytes(4096)
            .withPatience(new ClientConnections.Timeouts(
                    Duration.ofMillis(500), Duration.ofMillis(800), Duration.ofSeconds(10))));

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket("127.0.0.1", server.server.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static void post(Socket socket, String path, String body) throws IOException {
        send(
                socket,
                "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(path, body.getBytes(StandardCharsets.UTF_8).length, body));
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            text.append((char) b);
        }
        return text.toString();
    }

    private void slowDown() {
        server.runner.beforeStep = () -> LockSupport.parkNanos(20_000_000);
    }

    private void awaitIdle() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.engine.snapshot().running() == 0
                        && server.engine.snapshot().waiting() == 0);
    }

    private void awaitRunning() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.engine.snapshot().running() > 0);
    }

    @Test
    void cancelsAStreamWhoseClientLeft() throws IOException {
        slowDown();
        try (var socket = connect()) {
            post(socket, "/v1/completions", LONG.formatted(",\"stream\":true"));
            readUntil(socket.getInputStream(), "data: ");
        }

        awaitIdle();
        assertThat(server.runner.steps.get()).isLessThan(200);
    }

    @Test
    void cancelsAnAnswerNobodyWaitsForAnyMore() throws IOException {
        slowDown();
        try (var socket = connect()) {
            post(socket, "/v1/completions", LONG.formatted(""));
            awaitRunning();
        }

        awaitIdle();
        assertThat(server.runner.steps.get()).isLessThan(200);
    }

    @Test
    void answersAClientThatOnlyClosedItsSide() throws IOException {
        slowDown();
        try (var socket = connect()) {
            post(socket, "/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":20}");
            socket.shutdownOutput();

            assertThat(readUntil(socket.getInputStream(), "\"usage\""))
                    .contains("200 OK")
                    .contains("aaaa");
        }
    }

    @Test
    void showsSignsOfLifeWhileAStreamWaits() throws IOException {
        var gate = new CountDownLatch(1);
        server.runner.beforeStep = () -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (var socket = connect()) {
            post(socket, "/v1/completions", "{\"prompt\":\"a\",\"stream\":true}");

            assertThat(readUntil(socket.getInputStream(), ": waiting")).contains("text/event-stream");
            gate.countDown();
            assertThat(readUntil(socket.getInputStream(), "[DONE]")).contains("\"text\":\"a\"");
        }
    }

    @Test
    void keepsWhatTheClientSendsMeanwhileForTheNextRequest() throws IOException {
        slowDown();
        try (var socket = connect()) {
            post(socket, "/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":9}");
            awaitRunning();
            send(socket, "GET /version HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(readUntil(socket.getInputStream(), "\"usage\"")).contains("aaaaaaaaa");
            assertThat(readUntil(socket.getInputStream(), "\"version\"")).contains("200 OK");
        }
    }

    @Test
    void refusesARequestThatComesTooSlowly() throws IOException {
        try (var socket = connect()) {
            send(socket, "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");

            assertThat(readUntil(socket.getInputStream(), "}}")).contains("408").contains("request_timeout");
        }
    }

    @Test
    void refusesARequestThatEndsHalfWay() throws IOException {
        try (var socket = connect()) {
            send(socket, "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
            socket.shutdownOutput();

            assertThat(readUntil(socket.getInputStream(), "}}"))
                    .contains(" 400 ")
                    .contains("\"error\"");
        }
    }

    @Test
    void refusesBodiesOverTheLimit() throws IOException {
        assertThat(server.post("/v1/completions", "x".repeat(5000)).statusCode())
                .isEqualTo(413);
        try (var socket = connect()) {
            send(socket, "POST /v1/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1fff\r\n");
            assertThat(readUntil(socket.getInputStream(), "}}"))
                    .contains(" 413 ")
                    .contains("\"error\"");
        }
    }

    @Test
    void answersWhatIsNoHttpWithAnError() throws IOException {
        for (String nonsense : new String[] {
            "GET / HTTP/1.1\r\n\r\n", "NONSENSE\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "\u0000\u0001\r\n\r\n"
        }) {
            try (var socket = connect()) {
                send(socket, nonsense);
                assertThat(readUntil(socket.getInputStream(), "}}"))
                        .as(nonsense)
                        .contains(" 40");
            }
        }
    }

    @Test
    void cutsAClientThatDoesNotReadItsStream() throws IOException {
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.setSoTimeout(30_000);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", server.server.port()));
            String body =
                    "{\"prompt\":[\"a\",\"b\",\"c\",\"d\"],\"n\":40,\"max_tokens\":400,\"ignore_eos\":true,\"stream\":true,\"logprobs\":20}";
            post(socket, "/v1/completions", body);
            readUntil(socket.getInputStream(), "data: ");

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> server.engine.snapshot().running() == 0
                            && server.engine.snapshot().waiting() == 0);
        }
        assertThat(server.get("/version").statusCode()).isEqualTo(200);
    }

    @Test
    void tellsClientsToComeBackWhenTheQueueIsFull() {
        server.close();
        server = TestServer.start(TestServer.OPTIONS, EngineOptions.of(1).withMaximumWaiting(1));
        slowDown();
        for (int i = 0; i < 4; i++) {
            server.client
                    .sendAsync(
                            HttpRequest.newBuilder(server.uri("/v1/completions"))
                                    .POST(HttpRequest.BodyPublishers.ofString(LONG.formatted("")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .exceptionally(_ -> null)
                    .isDone();
        }
        await().until(() -> server.engine.snapshot().waiting() > 0);
        var refused = server.post("/v1/completions", LONG.formatted(""));

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValueAsLong("retry-after")).isPresent();
        assertThat(server.json(refused).at("/error/type").asText()).isEqualTo("rate_limit_error");
    }

    @Test
    void endsRequestsAtTheDeadlineTheyAskFor() {
        slowDown();
        var response = server.send(HttpRequest.newBuilder(server.uri("/v1/completions"))
                .header("x-request-timeout", "0.3")
                .POST(HttpRequest.BodyPublishers.ofString(LONG.formatted(""))));

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(server.json(response).at("/error/code").asText()).isEqualTo("request_timeout");
    }

    @Test
    void letsStreamsEndWhenItStopsAndTakesNothingNew() throws Exception {
        slowDown();
        var stream = server.client.sendAsync(
                HttpRequest.newBuilder(server.uri("/v1/completions"))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"prompt\":\"a\",\"max_tokens\":40,\"stream\":true}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        awaitRunning();
        var stopping = Thread.ofVirtual().start(() -> server.server.close(Duration.ofSeconds(10)));
        await().until(() -> server.get("/health").statusCode() == 503);

        assertThat(server.post("/v1/completions", "{\"prompt\":\"a\"}").statusCode())
                .isEqualTo(503);
        assertThat(stream.join().body())
                .contains("\"finish_reason\":\"length\"")
                .endsWith("data: [DONE]\n\n");
        assertThat(stopping.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void tellsStreamsThatAreCut() {
        slowDown();
        var stream = server.client.sendAsync(
                HttpRequest.newBuilder(server.uri("/v1/completions"))
                        .POST(HttpRequest.BodyPublishers.ofString(LONG.formatted(",\"stream\":true")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        awaitRunning();
        server.server.close(Duration.ofMillis(200));

        assertThat(stream.join().body()).contains("shutting_down").endsWith("data: [DONE]\n\n");
    }
}
