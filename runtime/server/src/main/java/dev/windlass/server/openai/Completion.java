package dev.windlass.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to a text completion, whole or one event of it. */
record Completion(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = AbsentUsage.class) @Nullable
        Object usage) {

    /** One prompt's one output. */
    record Choice(
            int index,
            String text,
            @Nullable CompletionLogprobs logprobs,
            @Nullable String finishReason,
            @Nullable Object stopReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<@Nullable Map<String, PromptLogprob>> promptLogprobs) {}

    static Completion of(CompletionHead head, List<Choice> choices, @Nullable Object usage) {
        return new Completion(
                head.id(), "text_completion", head.created(), head.terms().modelName(), choices, usage);
    }
}
