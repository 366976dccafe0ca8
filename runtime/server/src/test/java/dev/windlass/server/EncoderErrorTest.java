package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.http.Hop;
import dev.windlass.model.weight.Quantization;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What encoders refuse, and how. Weights are quantised here. */
class EncoderErrorTest {
    private static final int FUZZ_ROUNDS = 600;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path cache;

    private static EncoderServer server;

    @BeforeAll
    static void start() {
        server = EncoderServer.start(cache, Quantization.INT8);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertError(HttpResponse<String> response, int status, String parameter, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        var error = HttpCalls.json(response.body()).path("error");
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.path("param").asText()).isEqualTo(parameter);
        assertThat(error.path("code").asText()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                              | input           | missing_required_parameter
            {"input":[]}                                    | input           | empty_array
            {"input":7}                                     | input           | invalid_type
            {"input":{"text":"a"}}                          | input           | invalid_type
            {"input":["a",7]}                               | input[1]        | invalid_type
            {"input":[1,"a"]}                               | input[1]        | invalid_type
            {"input":[5,99999]}                             | input[1]        | integer_above_max_value
            {"input":[[5],[-1]]}                            | input[1][0]     | integer_below_min_value
            {"input":[[]]}                                  | input[0]        | invalid_value
            {"input":"\\ud800"}                             | input           | invalid_value
            {"input":"a","dimensions":0}                    | dimensions      | integer_below_min_value
            {"input":"a","dimensions":33}                   | dimensions      | integer_above_max_value
            {"input":"a","encoding_format":"int8"}          | encoding_format | invalid_value
            {"input":"a","truncate_prompt_tokens":25}       | truncate_prompt_tokens | integer_above_max_value
            {"input":"abc","truncate_prompt_tokens":1}      | truncate_prompt_tokens | invalid_value
            {"input":["b","a a a a a a a a a a a a a a a a a a a a a a a a a"]} | input[1] | context_length_exceeded
            """)
    void namesTheFieldThatCannotBeUsed(String body, String parameter, String code) {
        assertError(
                server.http.post(
                        "/v1/embeddings",
                        body.replaceFirst("\\{", "{\"model\":\"embedder\",").replace(",}", "}")),
                400,
                parameter,
                code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "documents":["a"]                               | query            | missing_required_parameter
            "query":"a"                                     | documents        | missing_required_parameter
            "query":"a","documents":[]                      | documents        | empty_array
            "query":"a","documents":"b"                     | documents        | invalid_type
            "query":"a","documents":["b",5]                 | documents[1]     | invalid_type
            "query":"a","documents":[{"title":"b"}]         | documents[0].text | missing_required_parameter
            "query":["a"],"documents":["b"]                 | query            | invalid_type
            "query":"a","documents":["b"],"top_n":-1        | top_n            | integer_below_min_value
            """)
    void namesTheFieldOfARankingThatCannotBeUsed(String fields, String parameter, String code) {
        assertError(server.http.post("/v1/rerank", "{\"model\":\"reranker\"," + fields + "}"), 400, parameter, code);
    }

    @Test
    void holdsTextsToTheBoundThatAGatewayTells() {
        var request = HttpRequest.newBuilder(server.http.uri("/v1/embeddings"))
                .header(Hop.MAX_INPUT_TOKENS, "3")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"embedder\",\"input\":\"a a a a a a\"}"));

        assertError(server.http.send(request), 400, "input", "context_length_exceeded");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/embeddings, reranker, /v1/rerank",
        "/v1/embeddings, classifier, /v1/classify",
        "/v1/rerank, embedder, /v1/embeddings",
        "/v1/classify, reranker, /v1/rerank",
        "/v1/chat/completions, embedder, /v1/embeddings",
        "/v1/completions, classifier, /v1/classify",
        "/generate, embedder, /v1/embeddings"
    })
    void saysWhatAModelIsForWhenAskedForSomethingElse(String path, String model, String instead) {
        var response = server.http.post(
                path,
                "{\"model\":\"" + model + "\",\"input\":\"a\",\"query\":\"a\",\"documents\":[\"a\"],\"prompt\":\"a\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");

        assertError(response, 400, "model", "model_not_supported");
        assertThat(response.body()).contains(instead);
    }

    @Test
    void countsFromNothingWhatItTurnsAway() {
        var paths = Pattern.compile(
                        "windlass_http_requests_seconds_count\\{method=\"POST\",route=\"(.+)\",status=\"429\"} 0")
                .matcher(server.http.get("/metrics").body())
                .results()
                .map(row -> row.group(1))
                .toList();

        assertThat(paths)
                .containsExactlyInAnyOrder("/v1/embeddings", "/v1/rerank", "/rerank", "/v1/classify", "/classify")
                .allSatisfy(path ->
                        assertThat(server.http.post(path, "{}").statusCode()).isEqualTo(400));
    }

    @Test
    void needsNoNameWhereOneModelFits() {
        assertThat(server.http
                        .ask("/v1/embeddings", "{\"input\":\"a\"}")
                        .path("model")
                        .asText())
                .isEqualTo("embedder");
        assertError(
                server.http.post("/v1/embeddings", "{\"model\":\"no\",\"input\":\"a\"}"),
                404,
                "model",
                "model_not_found");
    }

    @Test
    void listsEncodersWithTheLongestTextTheyTake() {
        var models = HttpCalls.json(server.http.get("/v1/models").body()).path("data");

        assertThat(models.findValuesAsText("id")).containsExactlyInAnyOrder("embedder", "reranker", "classifier");
        assertThat(models.findValuesAsText("max_model_len")).containsExactlyInAnyOrder("24", "46", "48");
        assertThat(server.http.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void answersRequestsThatChanceCameOverWithAnErrorAtMost() {
        List<List<String>> valid = List.of(
                List.of("/v1/embeddings", """
                        {"model":"embedder","input":["Hello world","a"],"dimensions":7,"encoding_format":"base64","truncate_prompt_tokens":9,"normalize":true}"""),
                List.of("/v1/embeddings", "{\"model\":\"embedder\",\"input\":[[5,6,7],[8]],\"user\":\"me\"}"),
                List.of("/v1/rerank", """
                        {"model":"reranker","query":"a","documents":["b",{"text":"c"}],"top_n":1,"return_documents":true}"""),
                List.of(
                        "/v1/classify",
                        "{\"model\":\"classifier\",\"input\":[\"a\",\"b c\"],\"truncate_prompt_tokens\":-1}"));
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        for (int i = 0; i < FUZZ_ROUNDS; i++) {
            var chosen = valid.get(random.nextInt(valid.size()));
            byte[] body = FuzzTest.mutate(chosen.get(1), random);
            var response = server.http.send(HttpRequest.newBuilder(server.http.uri(chosen.getFirst()))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
            String shown = i + " " + chosen.getFirst() + " " + new String(body, StandardCharsets.UTF_8) + " => "
                    + response.body();
            assertThat(response.statusCode()).as(shown).isBetween(200, 499);
            if (response.statusCode() >= 400) {
                var error = HttpCalls.json(response.body()).path("error");
                assertThat(error.path("message").asText()).as(shown).isNotBlank();
                assertThat(error.path("type").asText()).as(shown).isEqualTo("invalid_request_error");
            }
        }
        assertThat(server.http
                        .ask("/v1/embeddings", "{\"model\":\"embedder\",\"input\":\"a\"}")
                        .at("/data/0/embedding"))
                .hasSize(32);
    }
}
