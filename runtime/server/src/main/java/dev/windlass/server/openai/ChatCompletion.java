package dev.windlass.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to a chat request, as one object. */
record ChatCompletion(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        UsageBody usage,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        List<@Nullable Map<String, PromptLogprob>> promptLogprobs) {

    /** @param stopReason the stop string or token that ended the text, after vLLM */
    record Choice(
            int index,
            Message message,
            @Nullable ChatLogprobs logprobs,
            String finishReason,
            @Nullable Object stopReason) {}

    /** What the assistant thought and said, and which functions it calls. */
    record Message(
            String role,
            @Nullable String content,
            @Nullable String refusal,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String reasoningContent,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ToolCallBody> toolCalls) {}
}
