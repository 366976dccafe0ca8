package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.http.ClientConnections;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients leave when they like: that is no fault of the server, and nothing for its log. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LostClientTest {
    private static final String BODY = "{\"prompt\":\"a\",\"max_tokens\":400,\"ignore_eos\":true%s}";
    private static final String STREAM = whole(BODY.formatted(",\"stream\":true"));
    private static final String PLAIN = whole(BODY.formatted(""));
    private static final String REFUSED = whole("{\"prompt\":7}");
    private static final String COMPLETE = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";

    private final TestServer server = TestServer.start(TestServer.OPTIONS
            .withHeartbeat(Duration.ofMillis(50))
            .withPatience(new ClientConnections.Timeouts(
                    Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(10))));
    private final LogCapture log = new LogCapture();

    private enum Farewell {
        /** An orderly end: FIN, and a reset for whatever the server still sends. */
        CLOSES,
        /** RST at once, as of a client that crashed. */
        RESETS
    }

    @AfterEach
    void stop() {
        log.close();
        server.close();
    }

    static Stream<String> partsOfRequests() {
        return Stream.of(
                "POST /v1/comp",
                "POST /v1/completions HTTP/1.1\r\nHost: x\r\nConte",
                post("/v1/completions", "Content-Length: 100", ""),
                post("/v1/completions", "Content-Length: 100", "{\"prompt\""),
                post("/v1/completions", "Transfer-Encoding: chunked", ""),
                post("/v1/completions", "Transfer-Encoding: chunked", "ff\r\n{\"prompt\""),
                post("/v1/completions", "Content-Length: 100\r\nExpect: 100-continue", ""),
                post("/v1/unknown", "Content-Length: 100", "{\"prompt\""),
                post("/version", "Content-Length: 100", "{\"prompt\""),
                COMPLETE + COMPLETE + post("/v1/completions", "Content-Length: 100", "{\"prompt\""),
                COMPLETE + "POST /v1/completions HTTP/1.1\r\nHost: x\r\nConte",
                COMPLETE + "POST /v1/comp");
    }

    @ParameterizedTest
    @MethodSource("partsOfRequests")
    void logsNothingOfOneThatLeavesInTheMiddleOfItsRequest(String part) throws IOException {
        for (var farewell : Farewell.values()) {
            leave(part, farewell, Duration.ofMillis(100));
            leave(part, farewell, Duration.ZERO);
        }
        awaitAllGone();
        assertThat(log.lines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void logsNothingOfOneThatLeavesItsAnswer(Farewell farewell) throws IOException {
        server.runner.beforeStep = () -> LockSupport.parkNanos(5_000_000);
        for (int millis = 0; millis < 150; millis += 30) {
            for (var request : List.of(STREAM, PLAIN, REFUSED)) {
                leave(request, farewell, Duration.ofMillis(millis));
            }
        }
        awaitAllGone();
        assertThat(log.lines()).isEmpty();
    }

    private void leave(String request, Farewell farewell, Duration after) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            LockSupport.parkNanos(after.toNanos());
            switch (farewell) {
                case CLOSES -> {}
                case RESETS -> socket.setSoLinger(true, 0);
            }
        }
    }

    private void awaitAllGone() {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(server.get("/metrics").body()).containsPattern("windlass_http_connections(\\{.*})? 1\\.0");
            assertThat(server.engine.snapshot().running()).isZero();
        });
    }

    private static String whole(String body) {
        return post("/v1/completions", "Content-Length: " + body.length(), body);
    }

    private static String post(String path, String header, String body) {
        return "POST %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s".formatted(path, header, body);
    }
}
