package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Requests that were valid before chance came over them: each gets an answer or an error object, never a failure. */
class FuzzTest {
    private static final int ROUNDS = 1500;

    private static final List<List<String>> VALID = List.of(
            List.of("/v1/chat/completions", """
                    {"model":"parrot","messages":[{"role":"system","content":"be kind"},{"role":"user","content":[{"type":"text","text":"say hi"}]}],
                    "temperature":0.5,"top_p":0.9,"n":2,"stop":["x","y"],"max_tokens":5,"logprobs":true,"top_logprobs":2,"seed":7,
                    "logit_bias":{"65":1.5},"presence_penalty":0.1,"frequency_penalty":-0.1,"user":"me"}"""),
            List.of("/v1/chat/completions", """
                    {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
                    "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},{"role":"tool","tool_call_id":"call_1","content":"ok"}],"max_tokens":6,"stream":true,
                    "stream_options":{"include_usage":true,"continuous_usage_stats":true},"tools":[{"type":"function","function":{"name":"f",
                    "parameters":{"type":"object","properties":{"a":{"type":"integer"}}}}}],"tool_choice":"auto","parallel_tool_calls":false}"""),
            List.of("/v1/chat/completions", """
                    {"messages":[{"role":"user","content":"hi"}],"max_tokens":8,"response_format":{"type":"json_schema","json_schema":{"name":"n",
                    "schema":{"type":"object","properties":{"x":{"type":"array","items":{"type":"number"}}},"required":["x"]}}}}"""),
            List.of("/v1/completions", """
                    {"prompt":["ab","cd"],"max_tokens":4,"echo":true,"logprobs":3,"best_of":2,"n":1,"stop_token_ids":[1,2],"min_tokens":1,
                    "ignore_eos":true,"prompt_logprobs":1,"top_k":5,"min_p":0.1,"repetition_penalty":1.1}"""),
            List.of(
                    "/v1/completions",
                    "{\"prompt\":[[97,98],[99]],\"max_tokens\":3,\"stream\":true,\"guided_regex\":\"[a-c]+\"}"),
            List.of(
                    "/tokenize",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"add_generation_prompt\":true}"),
            List.of("/detokenize", "{\"tokens\":[97,98,99]}"),
            List.of("/generate", "{\"prompt\":\"ab\",\"max_length\":4,\"temperature\":0}"));

    private static final List<String> PIECES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1e999",
            "99999999999999999999",
            "0.5",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[[]]",
            "{\"a\":{}}",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "[null]",
            "NaN",
            "\"<|end|>\"",
            "\"🙂\"");

    @Test
    void answersOrRefusesWhateverComes() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(20261122);
        try (var server = TestServer.start()) {
            for (int i = 0; i < ROUNDS; i++) {
                var valid = VALID.get(random.nextInt(VALID.size()));
                byte[] body = mutate(valid.get(1), random);
                var response = server.send(HttpRequest.newBuilder(server.uri(valid.getFirst()))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
                String shown = i + " " + valid.getFirst() + " " + new String(body, StandardCharsets.UTF_8) + " => "
                        + response.body();
                assertThat(response.statusCode()).as(shown).isBetween(200, 499);
                if (response.statusCode() >= 400) {
                    var error = server.json(response).at("/error");
                    assertThat(error.at("/message").asText()).as(shown).isNotBlank();
                    assertThat(error.at("/type").asText()).as(shown).isEqualTo("invalid_request_error");
                } else {
                    assertThat(response.body()).as(shown).doesNotContain("\"error\"");
                }
            }
            assertThat(server.chat("say still here", "")
                            .at("/choices/0/message/content")
                            .asText())
                    .isEqualTo("still here");
        }
    }

    static byte[] mutate(String valid, RandomGenerator random) {
        var text = new StringBuilder(valid);
        for (int i = random.nextInt(3); i >= 0; i--) {
            replaceValue(text, random);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(3) == 0) {
            int at = random.nextInt(bytes.length);
            bytes[at] = (byte) random.nextInt(256);
        }
        return random.nextInt(12) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    /** Replaces what follows some colon by something else. */
    private static void replaceValue(StringBuilder text, RandomGenerator random) {
        int colon = text.indexOf(":", random.nextInt(text.length()));
        if (colon < 0) {
            return;
        }
        int end = colon + 1;
        int depth = 0;
        boolean quoted = false;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (c == '"' && text.charAt(end - 1) != '\\') {
                quoted = !quoted;
            }
            if (!quoted && depth == 0 && (c == ',' || c == '}' || c == ']')) {
                break;
            }
            depth += quoted ? 0 : c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            end++;
        }
        text.replace(colon + 1, end, PIECES.get(random.nextInt(PIECES.size())));
    }
}
