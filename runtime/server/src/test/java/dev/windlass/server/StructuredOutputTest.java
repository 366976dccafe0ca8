package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuredOutputTest {
    private static final String WEATHER = """
            ,"tools":[{"type":"function","function":{"name":"weather","description":"Tells the weather",
              "parameters":{"type":"object","properties":{"city":{"type":"string","maxLength":9}},"required":["city"]}}}]""";

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
    void writesJsonThatMatchesTheSchema() {
        var answer = server.chat("hi", """
                ,"temperature":0,"max_tokens":200,"response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":
                {"type":"object","properties":{"ok":{"type":"boolean"},"mood":{"enum":["good","bad"]}},
                 "required":["ok","mood"],"additionalProperties":false}}}""");

        var object = server.json(answer.at("/choices/0/message/content").asText());
        assertThat(object.at("/ok").isBoolean()).isTrue();
        assertThat(object.at("/mood").asText()).isIn("good", "bad");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            "guided_choice":["yes","no"]                  ; yes|no
            "structured_outputs":{"choice":["left"]}      ; left
            "guided_regex":"[0-9]{3}"                     ; [0-9]{3}
            "structured_outputs":{"regex":"a(b|c)d"}      ; a(b|c)d
            """)
    void followsVllmsConstraints(String field, String pattern) {
        var answer = server.chat("hi", ",\"temperature\":0," + field);

        assertThat(answer.at("/choices/0/message/content").asText()).matches(pattern);
    }

    @Test
    void callsTheFunctionItWasToldTo() {
        var answer = server.chat(
                "hi",
                WEATHER
                        + ",\"temperature\":0,\"max_tokens\":120,\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}");

        var call = answer.at("/choices/0/message/tool_calls/0");
        assertThat(call.at("/function/name").asText()).as(answer.toString()).isEqualTo("weather");
        assertThat(call.at("/type").asText()).isEqualTo("function");
        assertThat(call.at("/id").asText()).startsWith("call_");
        assertThat(server.json(call.at("/function/arguments").asText()).has("city"))
                .isTrue();
        assertThat(answer.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void findsTheCallInWhatTheModelSays() {
        var answer = server.chat(
                "say Wait.\\n<tool_call>\\n{\\\"name\\\": \\\"weather\\\", \\\"arguments\\\": {\\\"city\\\": \\\"Bern\\\"}}\\n</tool_call>",
                WEATHER + ",\"temperature\":0,\"max_tokens\":200");

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Wait.");
        assertThat(answer.at("/choices/0/message/tool_calls/0/function/arguments")
                        .asText())
                .isEqualTo("{\"city\": \"Bern\"}");
    }

    @Test
    void streamsCallsByTheirFragments() {
        var response = server.post("/v1/chat/completions", """
                {"stream":true,"temperature":0,"max_tokens":200,"messages":[{"role":"user","content":
                 "say <tool_call>\\n{\\"name\\": \\"weather\\", \\"arguments\\": {\\"city\\": \\"Ulm\\"}}\\n</tool_call>"}]""" + WEATHER + "}");

        String stream = Transcript.stable(response.body());
        assertThat(stream).isEqualTo(Transcript.golden("chat-tool-call.txt", stream));
    }

    @Test
    void callsNothingWhereToolsAreForbidden() {
        var answer = server.chat("say hm", WEATHER + ",\"tool_choice\":\"none\"");

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("hm");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            "response_format":{"type":"xml"}                                             ; response_format.type
            "response_format":{"type":"json_schema"}                                     ; response_format.json_schema
            "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"what"}}} ; response_format
            "guided_regex":"["                                                           ; guided_regex
            "guided_regex":"a","guided_choice":["a"]                                     ; guided_choice
            "guided_grammar":"root ::= x"                                                ; guided_grammar
            "tool_choice":"required"                                                     ; tool_choice
            "tools":[{"type":"retrieval"}]                                               ; tools[0].type
            "tools":[{"type":"function","function":{"name":"a b"}}]                      ; tools[0].function.name
            "functions":[{"name":"a"}]                                                   ; functions
            """)
    void namesTheConstraintThatCannotBeUsed(String field, String parameter) {
        var response = server.post(
                "/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + field + "}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(server.json(response).at("/error/param").asText()).isEqualTo(parameter);
    }
}
