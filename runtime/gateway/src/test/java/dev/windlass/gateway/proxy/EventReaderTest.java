package dev.windlass.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.policy.EventSink.Kind;
import dev.windlass.policy.Usage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventReaderTest {
    private final EventReader reader = new EventReader(JsonMapper.builder().build());

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            : waiting                                                                              | Comment
            data: [DONE]                                                                           | Done
            data: {"error":{"message":"x"}}                                                        | Error
            data: {"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]}   | Frame
            data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":null}]}                    | Content
            data: {"choices":[{"delta":{"reasoning_content":"Hm"},"finish_reason":null}]}          | Content
            data: {"choices":[{"delta":{"tool_calls":[{"index":0}]},"finish_reason":null}]}        | Content
            data: {"choices":[{"text":"Hi","finish_reason":null}]}                                 | Content
            data: {"choices":[{"text":"","finish_reason":"stop"}]}                                 | Frame
            data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}                 | Frame
            data: {"type":"response.output_text.delta"}                                            | Content
            event: response.created                                                                | Content
            data: no JSON                                                                          | Content
            """)
    void knowsWhatAnEventIs(String event, Kind kind) {
        assertThat(read(event, false)).isEqualTo(kind);
    }

    @Test
    void afterTheFirstContentTheEndIsStillKnownFromTokens() {
        assertThat(read("data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":null}]}", true))
                .isEqualTo(Kind.Content);
        assertThat(read("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", true))
                .isEqualTo(Kind.Frame);
        assertThat(read("data: {\"choices\":[{\"delta\":{\"content\":\"!\"},\"finish_reason\":\"stop\"}]}", true))
                .isEqualTo(Kind.Content);
    }

    @Test
    void findsTheUsageWhereverItIsTold() {
        read("data: {\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5}}", true);
        assertThat(reader.usage()).isEqualTo(new Usage(11, 5, 0));
    }

    private Kind read(String event, boolean hasBegun) {
        byte[] bytes = (event + "\n\n").getBytes(StandardCharsets.UTF_8);
        return reader.read(bytes, bytes.length, hasBegun);
    }
}
