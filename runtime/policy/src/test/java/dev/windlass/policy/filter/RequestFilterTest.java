package dev.windlass.policy.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.ContentFilterSpec.Mode;
import dev.windlass.api.ContentFilterSpec.OnError;
import dev.windlass.http.ApiException;
import dev.windlass.policy.WholeAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFilterTest {
    private static final String BLOCK = "- {name: words, keywords: {words: [forbidden]}}\n";
    private static final String REDACT = "- {name: words, keywords: {words: [forbidden]}, action: Redact}\n";
    private static final Classifier JUDGE = (_, _, texts) -> texts.stream()
            .map(text -> Map.of("toxic", text.contains("idiot") ? 0.95 : 0.05))
            .toList();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a forbidden b\"}]}",
                "{\"messages\":[{\"role\":\"system\",\"content\":\"ok\"},{\"role\":\"tool\",\"content\":\"a forbidden b\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a forb\"},{\"type\":\"image_url\"},{\"type\":\"text\",\"text\":\"idden b\"}]}]}",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"a\\\": \\\"forbidden\\\"}\"}}]}]}",
                "{\"prompt\":\"a forbidden b\"}",
                "{\"prompt\":[\"ok\",\"a forbidden b\"]}",
                "{\"input\":\"forbidden\"}",
                "{\"input\":[\"x\",\"forbidden\"]}",
                "{\"input\":[{\"role\":\"user\",\"content\":\"forbidden\"}]}",
                "{\"query\":\"forbidden\",\"documents\":[\"x\"]}",
                "{\"query\":\"x\",\"documents\":[\"ok\",{\"text\":\"forbidden\"}]}",
                "{\"prompt\":\"x\",\"suffix\":\"forbidden\"}"
            })
    void refusesTheForbiddenWhereverItStands(String body) {
        var rig = new FilterRig(BLOCK);

        assertThatThrownBy(() -> rig.asked("/v1/chat/completions", body))
                .isInstanceOfSatisfying(ApiException.class, error -> {
                    assertThat(error.status()).isEqualTo(400);
                    assertThat(error.code()).contains("content_filter");
                    assertThat(error.type()).isEqualTo("invalid_request_error");
                });
        assertThat(rig.verdicts).containsExactly("team/m Input words Block");
        assertThat(new FilterRig(REDACT).asked("/v1/chat/completions", body)).contains("[words]");
        assertThat(new FilterRig(BLOCK, JUDGE, Mode.Monitor, Mode.Enforce, OnError.FailClosed).asked("/v1/x", body))
                .isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a forbidden b\"}],\"n\":1} | {\"messages\":[{\"role\":\"user\",\"content\":\"a [words] b\"}],\"n\":1}",
                "{\"prompt\":[\"forbidden\",\"b\"]} | {\"prompt\":[\"[words]\",\"b\"]}",
                "{\"prompt\":  \"fine\"} | {\"prompt\":  \"fine\"}"
            })
    void writesIntoTheRequestWhatItRedactsAndNothingElse(String body, String expected) {
        assertThat(new FilterRig(REDACT).asked("/v1/completions", body)).isEqualTo(expected);
    }

    @Test
    void tokensThatNobodyCanReadAreRefusedUnlessTheFilterFailsOpen() {
        String body = "{\"prompt\":[1,2,3]}";

        assertThatThrownBy(() -> new FilterRig(BLOCK).asked("/v1/completions", body))
                .hasMessageContaining("token ids");
        assertThat(new FilterRig(BLOCK, JUDGE, Mode.Enforce, Mode.Enforce, OnError.FailOpen)
                        .asked("/v1/completions", body))
                .isEqualTo(body);
    }

    @Test
    void aClassifierIsAskedBeforeTheRequestIsForwarded() {
        String rules = "- {name: rude, toxicity: {model: judge}}\n";
        var rig = new FilterRig(rules, JUDGE, Mode.Enforce, Mode.Enforce, OnError.FailClosed);
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";

        assertThat(rig.asked("/v1/x", body.formatted("hello"))).contains("hello");
        assertThatThrownBy(() -> rig.asked("/v1/x", body.formatted("you idiot")))
                .hasMessageContaining("rule `rude`");
        assertThatThrownBy(() -> new FilterRig(rules).asked("/v1/x", body.formatted("hello")))
                .isInstanceOfSatisfying(
                        ApiException.class, error -> assertThat(error.status()).isEqualTo(503));
    }

    @Test
    void aPolicyThatIsNotThereClosesOrOpensAsTold() {
        var closed = new FilterRig("- {name: broken, pattern: {expression: '('}}\n");
        assertThatThrownBy(() -> closed.asked("/v1/x", "{\"prompt\":\"hi\"}"))
                .isInstanceOfSatisfying(
                        ApiException.class, error -> assertThat(error.code()).contains("content_filter_unavailable"));
        var open = new FilterRig(
                "- {name: broken, pattern: {expression: '('}}\n", JUDGE, Mode.Enforce, Mode.Enforce, OnError.FailOpen);
        assertThat(open.asked("/v1/x", "{\"prompt\":\"hi\"}")).contains("hi");
    }

    private static String answered(FilterRig rig, String answer) {
        var passage = rig.admit("/v1/chat/completions", "{\"messages\":[]}");
        var seen = passage.answer(new WholeAnswer(200, "application/json", answer.getBytes(StandardCharsets.UTF_8)));
        passage.end(FilterRig.ending());
        return new String(seen.body(), StandardCharsets.UTF_8);
    }

    @Test
    void wholeAnswersAreCutWhereStreamsWouldBe() {
        String answer = """
                {"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Take the forbidden fruit."},"logprobs":{"content":[{"token":"forbidden"}]},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":"Fine."},"logprobs":null,"finish_reason":"stop"}]}""";
        var rig = new FilterRig(BLOCK);

        assertThat(FilterRig.tree(answered(rig, answer))).isEqualTo(FilterRig.tree("""
                                {"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Take the "},"logprobs":null,"finish_reason":"content_filter"},{"index":1,"message":{"role":"assistant","content":"Fine."},"logprobs":null,"finish_reason":"stop"}]}"""));
        assertThat(rig.blocked).containsExactly("team/m m-1");
        String harmless = "{\"choices\":[ {\"index\":0,\"text\":\"forbidding\"} ]}";
        assertThat(answered(rig, harmless)).isEqualTo(harmless);
        assertThatThrownBy(() -> answered(rig, "forbidden")).isInstanceOf(ApiException.class);
    }

    @Test
    void errorsAndAnswersWithoutWordsAreLeftAlone() {
        var rig = new FilterRig(BLOCK);
        var error = new WholeAnswer(404, "application/json", "{\"error\":1}".getBytes(StandardCharsets.UTF_8));
        assertThat(rig.admit("/v1/chat/completions", "{}").answer(error)).isSameAs(error);
        var numbers = new WholeAnswer(200, "application/json", "no json".getBytes(StandardCharsets.UTF_8));
        assertThat(rig.admit("/v1/embeddings", "{\"input\":\"x\"}").answer(numbers))
                .isSameAs(numbers);
        assertThat(List.of(rig.admit("/v1/embeddings", "{}").holdsWholeAnswers()))
                .containsExactly(false);
    }
}
