package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
