package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTest {
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertError(HttpResponse<String> response, int status, String parameter, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        var error = server.json(response).path("error");
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("type").asText()).isNotBlank();
        assertThat(error.path("param").asText()).isEqualTo(parameter);
        assertThat(error.path("code").asText()).isEqualTo(code);
    }

    private static HttpResponse<String> chat(String body) {
        return server.post("/v1/chat/completions", body);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "temperature":"hot"        | temperature       | invalid_type
            "temperature":2.5          | temperature       | decimal_above_max_value
            "temperature":-1           | temperature       | decimal_below_min_value
            "top_p":1.01               | top_p             | decimal_above_max_value
            "max_tokens":1.5           | max_tokens        | invalid_type
            "max_tokens":-1            | max_tokens        | integer_below_min_value
            "max_tokens":9999          | messages          | context_length_exceeded
            "n":0                      | n                 | integer_below_min_value
            "n":99999999999999999999   | n                 | integer_above_max_value
            "stream":"yes"             | stream            | invalid_type
            "stop":[1]                 | stop[0]           | invalid_type
            "stop":""                  | stop              | invalid_value
            "logit_bias":{"x":1}       | logit_bias.x      | invalid_value
            "logit_bias":{"7":101}     | logit_bias.7      | decimal_above_max_value
            "top_logprobs":3           | top_logprobs      | invalid_value
            "stream_options":{}        | stream_options    | invalid_value
            "repetition_penalty":0     | repetition_penalty | invalid_value
            """)
    void namesTheFieldThatCannotBeUsed(String field, String parameter, String code) {
        assertError(chat("{" + HI + "," + field + "}"), 400, parameter, code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                    | messages              | missing_required_parameter
            {"messages":[]}                                       | messages              | empty_array
            {"messages":"hi"}                                     | messages              | invalid_type
            {"messages":["hi"]}                                   | messages[0]           | invalid_type
            {"messages":[{"content":"hi"}]}                       | messages[0].role      | missing_required_parameter
            {"messages":[{"role":"king","content":"hi"}]}         | messages[0].role      | invalid_value
            {"messages":[{"role":"user"}]}                        | messages[0].content   | missing_required_parameter
            {"messages":[{"role":"user","content":5}]}            | messages[0].content   | invalid_type
            {"messages":[{"role":"user","content":"\\ud800"}]}    | messages[0].content   | invalid_value
            {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]} | messages[0].content[0].type | invalid_value
            [1]                                                   | null                  | invalid_json
            {"a":1,"a":2}                                         | null                  | invalid_json
            {"a":                                                 | null                  | invalid_json
            """)
    void namesThePartOfTheBodyThatCannotBeUsed(String body, String parameter, String code) {
        assertError(chat(body), 400, parameter, code);
    }

    @Test
    void saysWhatIsServedWhenTheModelIsUnknown() {
        var response = chat("{\"model\":\"gpt-99\"," + HI + "}");

        assertError(response, 404, "model", "model_not_found");
        assertThat(response.body()).contains("parrot");
    }

    @Test
    void saysWhatAModelIsForWhenAskedToEncode() {
        var response = server.post("/v1/embeddings", "{\"model\":\"parrot\",\"input\":\"hi\"}");

        assertError(response, 400, "model", "model_not_supported");
        assertThat(response.body()).contains("/v1/chat/completions");
    }

    @Test
    void refusesPromptsBeyondTheContext() {
        var response = chat("{\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(600) + "\"}]}");

        assertError(response, 400, "messages", "context_length_exceeded");
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertError(chat("[".repeat(100_000)), 400, "null", "invalid_json");
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        var response = server.send(HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})));

        assertError(response, 400, "null", "invalid_utf8");
    }

    @Test
    void refusesAnEmptyBody() {
        assertError(chat(""), 400, "null", "invalid_json");
    }

    @Test
    void refusesUnknownPathsAndMethods() {
        assertError(server.get("/v1/images"), 404, "null", "unknown_url");
        assertError(server.get("/v1/chat/completions"), 405, "null", "method_not_supported");
        assertError(server.post("/v1/models", "{}"), 405, "null", "method_not_supported");
    }

    @Test
    void echoesTheRequestIdAndLetsAnyPageIn() {
        var response =
                server.send(HttpRequest.newBuilder(server.uri("/nowhere")).header("x-request-id", "abc-1"));

        assertThat(response.headers().firstValue("x-request-id")).hasValue("abc-1");
        assertThat(response.headers().firstValue("access-control-allow-origin")).hasValue("*");
    }
}
