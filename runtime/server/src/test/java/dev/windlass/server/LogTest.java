package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.windlass.logging.JsonLines;
import dev.windlass.logging.LogLevel;
import dev.windlass.logging.LogLevels;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server logs of the requests it serves, as JSON lines. */
class LogTest {
    private static final String PROMPT = "say whisperedprompt";
    private static final String KEY = "sk-hushhushhush";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final TestServer server = TestServer.start();
    private LogCapture log = new LogCapture(Level.ALL, new JsonLines());

    @BeforeEach
    void logAll() {
        LogLevels.set("dev.windlass", LogLevel.TRACE);
        LogLevels.set("io.helidon", LogLevel.TRACE);
    }

    @AfterEach
    void close() {
        LogLevels.set("dev.windlass", null);
        LogLevels.set("io.helidon", null);
        server.close();
        log.close();
    }

    private HttpResponse<String> post(String path, String body) {
        return server.send(HttpRequest.newBuilder(server.uri(path))
                .header("Authorization", "Bearer " + KEY)
                .header("X-Request-Id", "req_told")
                .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String chat(String model, String more) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT + "\"}]" + more
                + "}";
    }

    private List<JsonNode> lines() {
        return log.lines().stream().map(server::json).toList();
    }

    @Test
    void saysWhichRequestFailedForWhichModelAndOfWhichTrace() {
        server.runner.beforeStep = () -> {
            throw new IllegalStateException("out of order");
        };

        assertThat(post("/v1/chat/completions", chat("alias/of-parrot", "")).statusCode())
                .isEqualTo(500);

        await().untilAsserted(() -> assertThat(lines())
                .filteredOn(line -> line.at("/message").asText().equals("the engine failed a request"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.at("/request_id").asText()).isEqualTo("req_told");
                    assertThat(line.at("/model").asText()).isEqualTo("parrot");
                    assertThat(line.at("/trace_id").asText()).isEqualTo(TRACE);
                    assertThat(line.at("/span_id").asText()).isEqualTo("b7ad6b7169203331");
                    assertThat(line.at("/exception").asText()).contains("out of order");
                }));
    }

    @Test
    void forgetsARequestWhenItIsOver() {
        post("/v1/chat/completions", chat("parrot", ""));
        server.runner.beforeStep = () -> {
            throw new IllegalStateException("out of order");
        };
        // Of the same connection, so that its thread may be the same.
        server.send(HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
                .POST(HttpRequest.BodyPublishers.ofString(chat("parrot", ""))));

        assertThat(lines())
                .filteredOn(line -> line.at("/message").asText().equals("the engine failed a request"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.at("/request_id").asText())
                            .startsWith("req_")
                            .isNotEqualTo("req_told");
                    assertThat(line.has("trace_id")).isFalse();
                });
    }

    @Test
    void hasNothingOfWhatClientsSayAndNoneOfTheirKeys() {
        assertThat(post("/v1/chat/completions", chat("parrot", "")).body()).contains("whisperedprompt");
        assertThat(post("/v1/chat/completions", chat("parrot", ",\"stream\":true"))
                        .statusCode())
                .isEqualTo(200);
        post("/v1/completions", "{\"model\":\"parrot\",\"prompt\":\"" + PROMPT + "\"}");
        post("/tokenize", "{\"prompt\":\"" + PROMPT + "\"}");
        post("/v1/chat/completions", chat("parrot", "") + PROMPT);
        post("/v1/chat/completions", chat("whisperedprompt", ""));
        post("/v1/chat/completions", chat("parrot", ",\"temperature\":\"whisperedprompt\""));
        server.runner.beforeStep = () -> {
            throw new IllegalStateException("out of order");
        };
        post("/v1/chat/completions", chat("parrot", ""));

        assertThat(log.lines())
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(line).doesNotContain("whisperedprompt").doesNotContain(KEY));
    }

    @Test
    void leadsFromLatenciesToTracesThatAreKept() {
        post("/v1/chat/completions", chat("parrot", ""));

        var metrics = server.send(HttpRequest.newBuilder(server.uri("/metrics"))
                .header("Accept", "application/openmetrics-text; version=1.0.0"));

        assertThat(metrics.body().lines().filter(line -> line.startsWith("windlass_http_requests_seconds_bucket")))
                .anySatisfy(line -> assertThat(line)
                        .contains("route=\"/v1/chat/completions\"")
                        .containsPattern("# \\{span_id=\"b7ad6b7169203331\",trace_id=\"" + TRACE + "\"\\}"));
    }

    @Test
    void changesItsLevelsForCallersOnThisMachine() {
        var put = server.send(HttpRequest.newBuilder(server.uri("/internal/loggers/dev.windlass.some.part"))
                .PUT(HttpRequest.BodyPublishers.ofString("{\"level\":\"ERROR\"}")));

        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        assertThat(LogLevels.read("dev.windlass.some.part.Below").effectiveLevel())
                .isEqualTo(LogLevel.ERROR);
        assertThat(server.json(server.get("/internal/loggers/dev.windlass.some.part"))
                        .at("/level")
                        .asText())
                .isEqualTo("ERROR");
        assertThat(server.json(server.get("/internal/loggers")).at("/loggers").findValuesAsText("name"))
                .contains("dev.windlass.some.part");
        assertThat(server.post("/internal/loggers", "{}").statusCode()).isEqualTo(405);
    }
}
