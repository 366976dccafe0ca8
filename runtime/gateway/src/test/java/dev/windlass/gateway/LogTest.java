package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.logging.JsonLines;
import dev.windlass.logging.LogLevel;
import dev.windlass.logging.LogLevels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway logs of the requests it brings on, as JSON lines. */
class LogTest {
    private static final String PROMPT = "whisperedprompt";
    private static final String KEY = "sk-hushhushhush";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACE_PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    private final TestGateway gateway = new TestGateway();
    private final FakeRuntime stable = gateway.runtime(Scripts.says(PROMPT));
    private final FakeRuntime canary = gateway.runtime((_, wire) -> wire.reset());
    private final Capture log = new Capture();

    /** Formats on the thread that logs, as what is installed does. */
    private static final class Capture extends Handler {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(new JsonLines().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void logAll() {
        Logger.getLogger("").addHandler(log);
        LogLevels.set("dev.windlass", LogLevel.TRACE);
        LogLevels.set("io.helidon", LogLevel.TRACE);
        gateway.route("""
                deployments:
                - name: m
                  revisions: [{name: r1, weight: 100}, {name: r2, variant: canary, weight: 0}]
                  mirror: {to: canary, percent: 100}
                  endpoints:
                  - {address: '%s', revision: r1}
                  - {address: '%s', revision: r2}
                """.formatted(stable.address(), canary.address()));
    }

    @AfterEach
    void close() {
        LogLevels.set("dev.windlass", null);
        LogLevels.set("io.helidon", null);
        Logger.getLogger("").removeHandler(log);
        gateway.close();
    }

    private static JsonNode json(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private String ask(String model) throws IOException, InterruptedException {
        return gateway.post(
                        "/v1/chat/completions",
                        TestGateway.chatBody(false)
                                .replace("\"Hi\"", "\"" + PROMPT + "\"")
                                .replace("\"m\"", model),
                        "authorization",
                        "Bearer " + KEY,
                        "x-request-id",
                        "req_told",
                        "traceparent",
                        TRACE_PARENT)
                .body();
    }

    @Test
    void saysWhichRequestOfWhichModelALineIsAboutAndNothingOfWhatItSays() throws Exception {
        assertThat(ask("\"m\"")).contains(PROMPT);
        assertThat(ask("\"" + PROMPT + "\"")).contains("model_not_found");
        assertThat(ask("\"m\" " + PROMPT)).contains("invalid_json");

        // So that a runtime's lines have the same.
        assertThat(stable.received().element().headers())
                .containsEntry("x-request-id", "req_told")
                .containsEntry("traceparent", TRACE_PARENT);
        await().untilAsserted(() -> assertThat(log.lines.stream().map(LogTest::json))
                .filteredOn(line -> line.at("/message").asText().startsWith("a copy to r2 failed"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.at("/request_id").asText()).isEqualTo("req_told");
                    assertThat(line.at("/trace_id").asText()).isEqualTo(TRACE);
                    assertThat(line.at("/model").asText()).isEqualTo("m");
                    assertThat(line.at("/revision").asText()).isEqualTo("r1");
                }));
        assertThat(log.lines)
                .allSatisfy(line -> assertThat(line).doesNotContain(PROMPT).doesNotContain(KEY));
    }

    @Test
    void changesItsLevelsOnThePortOfOperationsAlone() throws Exception {
        String path = "/internal/loggers/dev.windlass.gateway.proxy";
        var set = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.gateway().operationsPort() + path))
                .PUT(HttpRequest.BodyPublishers.ofString("{\"level\": \"ERROR\"}"))
                .build();

        assertThat(gateway.http().send(set, BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        assertThat(LogLevels.read("dev.windlass.gateway.proxy").level()).isEqualTo(LogLevel.ERROR);
        LogLevels.set("dev.windlass.gateway.proxy", null);

        assertThat(gateway.operations("/internal/loggers")).contains("\"ROOT\"");
        assertThat(gateway.get("/internal/loggers").statusCode()).isEqualTo(404);
    }
}
