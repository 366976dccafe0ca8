package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.http.Hop;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatCompletionTest {
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
    void answersWithOneObject() {
        var answer = server.chat("say grüß 🙂 dich", "");

        assertThat(answer.at("/object").asText()).isEqualTo("chat.completion");
        assertThat(answer.at("/id").asText()).startsWith("chatcmpl-");
        assertThat(answer.at("/model").asText()).isEqualTo("parrot");
        assertThat(answer.at("/choices/0/message/role").asText()).isEqualTo("assistant");
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("grüß 🙂 dich");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/choices/0/logprobs").isNull()).isTrue();
        assertThat(answer.at("/usage/total_tokens").asInt())
                .isEqualTo(answer.at("/usage/prompt_tokens").asInt()
                        + answer.at("/usage/completion_tokens").asInt());
        assertThat(answer.at("/usage/prompt_tokens_details/cached_tokens").isInt())
                .isTrue();
    }

    @Test
    void streamsTheRoleFirstAndTheReasonLast() {
        var response = server.post("/v1/chat/completions", """
                {"model":"parrot","stream":true,"stream_options":{"include_usage":true},
                 "messages":[{"role":"user","content":"say a\\"ü"}]}""");

        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        String stream = Transcript.stable(response.body());
        assertThat(stream).isEqualTo(Transcript.golden("chat-stream.txt", stream));
    }

    @Test
    void tellsAGatewayTheUsageInACommentWhereTheClientDidNotAsk() {
        String asks = """
                {"model":"parrot","stream":true,"messages":[{"role":"user","content":"say hi"}]}""";
        var told = server.send(HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
                .header(Hop.TELL_USAGE, "1")
                .POST(HttpRequest.BodyPublishers.ofString(asks)));

        assertThat(told.body()).containsPattern("(?m)^: usage \\{\"prompt_tokens\":\\d+,\"completion_tokens\":\\d+");
        assertThat(told.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"usage\"");
        assertThat(server.post("/v1/chat/completions", asks).body()).doesNotContain("usage");
    }
}
