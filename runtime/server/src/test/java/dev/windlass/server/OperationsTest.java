package dev.windlass.server;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OperationsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void listsModelsAndAliases() {
        assertThat(server.json(server.get("/v1/models")).at("/data").findValuesAsText("id"))
                .containsExactly("parrot", "alias/of-parrot");
        assertThat(server.json(server.get("/v1/models/alias/of-parrot"))
                        .at("/id")
                        .asText())
                .isEqualTo("alias/of-parrot");
        assertThat(server.get("/v1/models/nobody").statusCode()).isEqualTo(404);
    }

    @Test
    void answersProbes() {
        for (String path : new String[] {"/health", "/health/live", "/health/ready", "/version"}) {
            assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
        }
        var head = server.send(HttpRequest.newBuilder(server.uri("/health")).HEAD());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void saysThatNothingLoadsAnyMore() {
        assertThat(server.get("/health/loading").body())
                .isEqualTo("{\"phase\":\"Ready\",\"model\":\"parrot\",\"done_bytes\":0,\"total_bytes\":0,"
                        + "\"bytes_per_second\":0,\"remaining_seconds\":null,\"revision\":null,\"sha256\":null}");
    }

    @Test
    void answersPreflightRequests() {
        var response = server.send(HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Access-Control-Request-Headers", "x-mine"));

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.headers().firstValue("access-control-allow-headers"))
                .hasValue("x-mine");
    }

    @Test
    void turnsTextToTokensAndBack() {
        var tokens = server.json(server.post("/tokenize", "{\"prompt\":\"aß\"}"));
        assertThat(tokens.at("/tokens").toString()).isEqualTo("[258,97,195,159]");
        assertThat(tokens.at("/count").asInt()).isEqualTo(4);
        assertThat(tokens.at("/max_model_len").asInt()).isEqualTo(TestServer.CONTEXT);

        assertThat(server.json(server.post("/detokenize", "{\"tokens\":[97,195,159]}"))
                        .at("/prompt")
                        .asText())
                .isEqualTo("aß");
        assertThat(server.json(server.post("/tokenize", "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"))
                        .at("/tokens/0")
                        .asInt())
                .isEqualTo(ByteTokenizer.BEGIN);
    }

    @Test
    void generatesPlainText() {
        var answer = server.json(server.post("/generate", "{\"prompt\":\"ab\",\"max_length\":4}"));

        assertThat(answer.at("/text").asText()).isEqualTo("bbbb");
    }

    @Test
    void measuresUnderVllmsNamesAndItsOwn() {
        server.chat("say hi", "");

        var metrics = server.get("/metrics");

        assertThat(metrics.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(metrics.body())
                .contains("vllm:num_requests_running{engine=\"0\",model_name=\"parrot\"} ")
                .contains("vllm:num_requests_waiting{engine=\"0\",model_name=\"parrot\"} 0")
                .contains("vllm:kv_cache_usage_perc{engine=\"0\",model_name=\"parrot\"} ")
                .contains("vllm:request_success_total{engine=\"0\",finished_reason=\"stop\",model_name=\"parrot\"}")
                .contains("vllm:prompt_tokens_total{engine=\"0\",model_name=\"parrot\"}")
                .contains("vllm:prefix_cache_queries_total{engine=\"0\",model_name=\"parrot\"}")
                .contains("vllm:time_to_first_token_seconds_bucket{engine=\"0\",model_name=\"parrot\",le=\"0.001\"}")
                .contains("vllm:time_to_first_token_seconds_bucket{engine=\"0\",model_name=\"parrot\",le=\"2560.0\"}")
                .contains("vllm:inter_token_latency_seconds_bucket{engine=\"0\",model_name=\"parrot\",le=\"0.025\"}")
                .contains("vllm:e2e_request_latency_seconds_bucket{engine=\"0\",model_name=\"parrot\",le=\"7680.0\"}")
                .contains("vllm:cache_config_info{block_size=\"512\"")
                .contains("vllm:iteration_tokens_total_bucket")
                .contains("windlass_http_requests_seconds_bucket")
                .contains("route=\"/v1/chat/completions\",status=\"200\"")
                .contains("windlass_http_connections ");
    }

    /** Counters and histograms of models. */
    private static Set<String> counts(TestServer of) {
        return of.get("/metrics")
                .body()
                .lines()
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .filter(series -> series.matches("(vllm:|windlass_(?!http_))\\w+_(total|count)\\{.*"))
                .collect(toSet());
    }

    @Test
    void whatHasNotHappenedYetIsNought() {
        try (var fresh = TestServer.start()) {
            var before = counts(fresh);
            fresh.chat("say hi", "");
            fresh.post("/generate", "{\"prompt\":\"ab\",\"max_length\":4}");

            assertThat(counts(fresh)).isEqualTo(before).hasSizeGreaterThan(30);
            for (String path : List.of("/v1/chat/completions", "/v1/completions", "/generate")) {
                assertThat(fresh.get("/metrics").body())
                        .contains("windlass_http_requests_seconds_count{method=\"POST\",route=\"%s\",status=\"429\"} 0"
                                .formatted(path));
            }
        }
    }

    @Test
    void keepsUnknownPathsOutOfItsMeasurements() {
        server.get("/no/such/path/" + System.nanoTime());

        assertThat(server.get("/metrics").body())
                .doesNotContain("/no/such/path")
                .contains("route=\"other\"");
    }

    @Test
    void offersOpenMetricsToThoseWhoAskForIt() {
        var response = server.send(HttpRequest.newBuilder(server.uri("/metrics"))
                .header("Accept", "application/openmetrics-text; version=1.0.0"));

        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
        assertThat(response.body()).endsWith("# EOF\n");
    }
}
