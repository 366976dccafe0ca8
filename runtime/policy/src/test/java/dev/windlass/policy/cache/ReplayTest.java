package dev.windlass.policy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/** How answers look that are given again. */
class ReplayTest extends CacheScene {
    @Test
    void replaysAWholeAnswerAsAStream() throws Exception {
        ask(arrives().body(ASKS), ANSWER);

        var events = stream(arrives().body(ASKS_FOR_A_STREAM));

        assertThat(events).hasSize(5);
        String id = JSON.readTree(events.getFirst().substring(6)).path("id").asText();
        assertThat(events.stream()
                        .map(event -> event.replace(id, "ID").replaceAll("\"created\":\\d+", "\"created\":0")))
                .containsExactly("""
                        data: {"id":"ID","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}

                        """, """
                        data: {"id":"ID","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}],"usage":null}

                        """, """
                        data: {"id":"ID","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

                        """, """
                        data: {"id":"ID","object":"chat.completion.chunk","created":0,"model":"m","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6,"prompt_tokens_details":{"cached_tokens":1}}}

                        """, "data: [DONE]\n\n");
    }

    @Test
    void replaysAStreamWhole() throws Exception {
        streamed(
                arrives().body(ASKS_FOR_A_STREAM),
                delta("{\"role\":\"assistant\",\"content\":\"\"}"),
                delta("{\"content\":\"Hel\"}"),
                delta("{\"content\":\"lo\"}"),
                finish("stop"),
                "[DONE]");
        var answer = (ObjectNode) ask(arrives().body(ASKS), "never").orElseThrow();
        answer.put("id", "chatcmpl-1").put("created", 1);
        assertThat(answer).isEqualTo(JSON.readTree(ANSWER));
    }

    @Test
    void replaysToolCallsAndThoughtsInBothForms() throws Exception {
        streamed(
                arrives().body(ASKS_FOR_A_STREAM),
                delta("{\"role\":\"assistant\",\"content\":\"\"}"),
                delta("{\"reasoning_content\":\"Hm\"}"),
                delta(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"w\",\"arguments\":\"\"}}]}"),
                delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"c\\\":\"}}]}"),
                delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]}"),
                finish("tool_calls"),
                "[DONE]");

        var whole = ask(arrives().body(ASKS), "never").orElseThrow();

        assertThat(whole.at("/choices/0/message")).isEqualTo(JSON.readTree("""
                {"role":"assistant","content":null,"refusal":null,"reasoning_content":"Hm","tool_calls":[{"id":"call_1","type":"function",\
                "function":{"name":"w","arguments":"{\\"c\\":1}"}}]}"""));
        var events = String.join("", stream(arrives().body(ASKS_FOR_A_STREAM)));
        assertThat(events)
                .contains("\"reasoning_content\":\"Hm\"")
                .contains(
                        "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"w\",\"arguments\":\"\"}}]")
                .contains("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"c\\\":1}\"}}]")
                .contains("\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void replaysTextCompletionsInBothForms() throws Exception {
        String asks = """
                {"model":"m","seed":7,"prompt":["a","b"]%s}""";
        streamed(arrives().path("/v1/completions").body(asks.formatted(",\"stream\":true")), """
                {"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"index":1,"text":"B","logprobs":null,"finish_reason":"length","stop_reason":null}]}""", """
                {"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"A","logprobs":null,"finish_reason":"stop","stop_reason":"x"}]}""", "[DONE]");

        var whole = ask(arrives().path("/v1/completions").body(asks.formatted("")), "never")
                .orElseThrow();

        assertThat(whole.path("object").asText()).isEqualTo("text_completion");
        assertThat(whole.path("choices")).isEqualTo(JSON.readTree("""
                [{"index":0,"text":"A","logprobs":null,"finish_reason":"stop","stop_reason":"x"},
                 {"index":1,"text":"B","logprobs":null,"finish_reason":"length","stop_reason":null}]"""));
        var events = stream(arrives().path("/v1/completions").body(asks.formatted(",\"stream\":true")));
        assertThat(events).hasSize(5);
        assertThat(String.join("", events)).doesNotContain("usage");
    }

    @Test
    void keepsEmbeddingsAsTheyAre() throws Exception {
        String asks = "{\"model\":\"m\",\"input\":\"a\"}";
        String answer = """
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}""";
        ask(arrives().path("/v1/embeddings").body(asks), answer);
        assertThat(ask(arrives().path("/v1/embeddings").body(asks), "never")).contains(JSON.readTree(answer));
    }
}
