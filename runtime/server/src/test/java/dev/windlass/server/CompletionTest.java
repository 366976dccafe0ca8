package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.windlass.http.Hop;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode complete(String fields) {
        var response = server.post("/v1/completions", "{\"model\":\"parrot\"," + fields + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return server.json(response);
    }

    @Test
    void goesOnWithAString() {
        var answer = complete("\"prompt\":\"ab\",\"max_tokens\":3");

        assertThat(answer.at("/object").asText()).isEqualTo("text_completion");
        assertThat(answer.at("/choices/0/text").asText()).isEqualTo("bbb");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(3);
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void generatesSixteenTokensUnlessToldOtherwise() {
        assertThat(complete("\"prompt\":\"a\"").at("/choices/0/text").asText()).hasSize(16);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # prompt and wish                       | in | out | status | what comes of it
            "prompt":"ab","max_tokens":3            | 3  | 3   | 200    | bbb
            "prompt":"ab","max_tokens":4            |    | 3   | 400    | max_tokens is too large: 4. This model supports at most 3 completion tokens
            "prompt":"ab","max_completion_tokens":4 |    | 3   | 400    | max_completion_tokens is too large
            "prompt":"ab"                           |    | 3   | 200    | bbb
            "prompt":"ab"                           |    | 99  | 200    | bbbbbbbbbbbbbbbb
            "prompt":"abc","max_tokens":1           | 3  |     | 400    | maximum input length is 3 tokens. However, your prompt resulted in 4 tokens
            "prompt":"ab","max_tokens":1            | -1 |     | 400    | x-windlass-max-input-tokens
            """, quoteCharacter = '\0')
    void keepsToTheBoundsThatAGatewaySets(String asks, String input, String output, int status, String comes) {
        var request = HttpRequest.newBuilder(server.uri("/v1/completions"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"parrot\"," + asks + "}"));
        if (input != null) {
            request.header(Hop.MAX_INPUT_TOKENS, input);
        }
        if (output != null) {
            request.header(Hop.MAX_OUTPUT_TOKENS, output);
        }

        var answer = server.send(request);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(status == 200 ? server.json(answer).at("/choices/0/text").asText() : answer.body())
                .contains(comes);
    }

    @Test
    void numbersTheChoicesOfSeveralPromptsThroughout() {
        var answer = complete("\"prompt\":[\"a\",\"b\"],\"n\":2,\"max_tokens\":1,\"temperature\":0");

        assertThat(answer.at("/choices").findValuesAsText("text")).containsExactly("a", "a", "b", "b");
        assertThat(answer.at("/choices").findValuesAsText("index")).containsExactly("0", "1", "2", "3");
    }

    @Test
    void takesTokenIdsAndListsOfThem() {
        assertThat(complete("\"prompt\":[97,98],\"max_tokens\":1")
                        .at("/choices/0/text")
                        .asText())
                .isEqualTo("b");
        assertThat(complete("\"prompt\":[[97],[98]],\"max_tokens\":1")
                        .at("/choices")
                        .findValuesAsText("text"))
                .containsExactly("a", "b");
    }

    @Test
    void echoesAndScoresThePromptWithoutGenerating() {
        var answer = complete("\"prompt\":\"aab\",\"echo\":true,\"logprobs\":1,\"max_tokens\":0");

        assertThat(answer.at("/choices/0/text").asText()).isEqualTo("aab");
        var logprobs = answer.at("/choices/0/logprobs");
        assertThat(logprobs.at("/tokens")).hasSize(4);
        assertThat(logprobs.at("/token_logprobs/0").isNull()).isTrue();
        assertThat(logprobs.at("/token_logprobs/2").asDouble()).isGreaterThan(-0.1);
        assertThat(logprobs.at("/token_logprobs/3").asDouble()).isLessThan(-5);
        assertThat(answer.at("/usage/completion_tokens").asInt()).isZero();
    }

    @Test
    void endsAtStopStringsAndSaysWhich() {
        var answer = complete("\"prompt\":\"ab\",\"max_tokens\":9,\"stop\":[\"x\",\"bbb\"]");

        assertThat(answer.at("/choices/0/text").asText()).isEmpty();
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/choices/0/stop_reason").asText()).isEqualTo("bbb");
    }

    @Test
    void offsetsTellWhereTokensBegin() {
        var logprobs =
                complete("\"prompt\":\"ab\",\"max_tokens\":3,\"logprobs\":2").at("/choices/0/logprobs");

        assertThat(logprobs.at("/text_offset").toString()).isEqualTo("[0,1,2]");
        assertThat(logprobs.at("/top_logprobs/0")).hasSize(2);
    }

    @Test
    void namesTokensByIdWhereAsked() {
        var logprobs = complete("\"prompt\":\"ab\",\"max_tokens\":1,\"logprobs\":0,\"return_tokens_as_token_ids\":true")
                .at("/choices/0/logprobs");

        assertThat(logprobs.at("/tokens/0").asText()).isEqualTo("token_id:98");
    }

    @Test
    void picksTheBestOfSeveral() {
        var answer = complete("\"prompt\":\"ab\",\"max_tokens\":2,\"best_of\":4,\"n\":1");

        assertThat(answer.at("/choices")).hasSize(1);
        assertThat(answer.at("/choices/0/logprobs").isNull()).isTrue();
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(8);
    }

    @Test
    void streamsSeveralChoicesByTheirIndex() {
        var response = server.post(
                "/v1/completions",
                "{\"prompt\":[\"a\",\"ü\"],\"max_tokens\":2,\"stream\":true,\"temperature\":0,\"stream_options\":{\"include_usage\":true}}");

        assertThat(response.body()).endsWith("data: [DONE]\n\n");
        assertThat(response.body()).contains("\"index\":0,\"text\":\"a\"").contains("\"index\":1,\"text\":");
        assertThat(response.body()).contains("\"completion_tokens\":4");
    }

    @Test
    void refusesToFillGaps() {
        var response = server.post("/v1/completions", "{\"prompt\":\"a\",\"suffix\":\"b\"}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(server.json(response).at("/error/param").asText()).isEqualTo("suffix");
    }
}
