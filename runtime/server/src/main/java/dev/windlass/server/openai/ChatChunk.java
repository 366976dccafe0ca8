package dev.windlass.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event of a chat's stream: whatever is not the plain text that {@link TextChunks} writes. */
record ChatChunk(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = AbsentUsage.class) @Nullable
        Object usage) {

    /** What is new of one choice. */
    record Choice(
            int index,
            Delta delta,
            @Nullable ChatLogprobs logprobs,
            @Nullable String finishReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Object stopReason) {}

    /** What to append to the message. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delta(
            @Nullable String role,
            @Nullable String content,
            @Nullable String reasoningContent,
            @Nullable List<ToolCallDelta> toolCalls) {
        static final Delta NOTHING = new Delta(null, null, null, null);

        static Delta begin() {
            return new Delta("assistant", "", null, null);
        }

        static Delta content(String text) {
            return new Delta(null, text, null, null);
        }

        static Delta reasoning(String text) {
            return new Delta(null, null, text, null);
        }

        static Delta toolCall(ToolCallDelta call) {
            return new Delta(null, null, null, List.of(call));
        }
    }

    /** What to append to the call of this index. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ToolCallDelta(
            int index, @Nullable String id, @Nullable String type, Function function) {
        @JsonInclude(JsonInclude.Include.NON_NULL)
        record Function(@Nullable String name, @Nullable String arguments) {}

        static ToolCallDelta start(int index, String id, String name) {
            return new ToolCallDelta(index, id, "function", new Function(name, ""));
        }

        static ToolCallDelta arguments(int index, String fragment) {
            return new ToolCallDelta(index, null, null, new Function(null, fragment));
        }
    }

    static ChatChunk of(ChatHead head, List<Choice> choices, @Nullable Object usage) {
        return new ChatChunk(
                head.id(), "chat.completion.chunk", head.created(), head.terms().modelName(), choices, usage);
    }
}
