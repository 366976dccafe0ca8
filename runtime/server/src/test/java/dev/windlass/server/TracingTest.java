package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.windlass.tracing.Tracing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a collector, here a server that keeps the bytes it gets, learns of where a request's time went. */
class TracingTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final Pattern EXAMPLE =
            Pattern.compile("# \\{span_id=\"([0-9a-f]{16})\",trace_id=\"" + TRACE + "\"}");

    private final Queue<String> sent = new ConcurrentLinkedQueue<>();
    private HttpServer collector;

    @BeforeEach
    void collect() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        collector.createContext("/v1/traces", exchange -> {
            // Protocol buffers have ids and texts as they are.
            sent.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    /** Asks once. @return all series, in the format that has exemplars */
    private String ask(String flags, String more) {
        try (var tracing = Tracing.start(
                                "windlass-runtime",
                                Map.of(
                                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                                        "http://127.0.0.1:"
                                                + collector.getAddress().getPort()))
                        .orElseThrow();
                var server = TestServer.start(List.of(tracing.filter()))) {
            var answer = server.send(HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
                    .header("traceparent", "00-" + TRACE + "-" + CALLER + "-" + flags)
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"parrot\",\"messages\":[{\"role\":\"user\",\"content\":\"whispered\"}]%s}"
                                    .formatted(more))));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return server.send(HttpRequest.newBuilder(server.uri("/metrics"))
                            .header("Accept", "application/openmetrics-text; version=1.0.0"))
                    .body();
        }
    }

    private static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"stream\":true"})
    void theTimeOfARequestIsSpansBelowItsOwnAndSeriesLeadToThem(String more) {
        String series = ask("01", more);

        var example = EXAMPLE.matcher(series.lines()
                .filter(line -> line.startsWith("vllm:time_to_first_token_seconds_bucket") && line.contains("#"))
                .findFirst()
                .orElseThrow());
        assertThat(example.find()).isTrue();
        assertThat(sent).singleElement().satisfies(spans -> {
            assertThat(spans)
                    .contains("queue", "prefill", "decode", "gen_ai.latency.time_in_queue")
                    .contains(
                            "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.response.finish_reasons")
                    .doesNotContain("whispered", "windlass.choice");
            assertThat(count(spans, bytes(TRACE))).as("spans").isEqualTo(4);
            assertThat(count(spans, bytes(example.group(1))))
                    .as("the request's, and whose parent it is")
                    .isEqualTo(4);
            assertThat(count(spans, bytes(CALLER))).isEqualTo(1);
        });
        for (String name :
                List.of("e2e_request_latency", "request_queue_time", "request_prefill_time", "request_decode_time")) {
            assertThat(series.lines().filter(line -> line.startsWith("vllm:" + name + "_seconds_bucket")))
                    .as(name)
                    .anyMatch(line -> line.contains(TRACE));
        }
        assertThat(series.lines().filter(line -> line.startsWith("vllm:inter_token_latency_seconds_bucket")))
                .as("nothing is done for single tokens")
                .noneMatch(line -> line.contains(TRACE));
    }

    @Test
    void eachOutputHasSpansOfItsOwn() {
        ask("01", ",\"n\":3");
        assertThat(sent).singleElement().satisfies(spans -> {
            assertThat(count(spans, bytes(TRACE))).isEqualTo(10);
            assertThat(count(spans, "windlass.choice")).isEqualTo(6);
        });
    }

    @Test
    void aTraceThatIsNotKeptHasNothingAndIsNoExample() {
        String series = ask("00", "");
        assertThat(sent).isEmpty();
        assertThat(series).contains("vllm:time_to_first_token_seconds_bucket").doesNotContain(TRACE);
    }
}
