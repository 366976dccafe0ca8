package dev.windlass.policy.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A text in a choice of an answer, or a part of one in a stream.
 *
 * @param holder of its field
 */
record TextSlot(Channel channel, ObjectNode holder) {
    private static final List<String> FIELDS = List.of("content", "reasoning_content", "reasoning", "refusal");

    /** Which of a choice's texts it is. Every one is a text of its own. */
    sealed interface Channel {
        String field();

        /** A choice of a stream that has this text and nothing else. */
        ObjectNode choice(int index, String text);
    }

    /** A completion's. */
    record Plain() implements Channel {
        @Override
        public String field() {
            return "text";
        }

        @Override
        public ObjectNode choice(int index, String text) {
            var choice = object().put("index", index).put("text", text);
            return choice.putNull("logprobs").putNull("finish_reason");
        }
    }

    /** A message's. */
    record Said(String field) implements Channel {
        @Override
        public ObjectNode choice(int index, String text) {
            return chat(index, object().put(field, text));
        }
    }

    /** What a function is called with; index -1 is the one function of old. */
    record Arguments(int call) implements Channel {
        @Override
        public String field() {
            return "arguments";
        }

        @Override
        public ObjectNode choice(int index, String text) {
            var delta = object();
            var function =
                    call < 0 ? delta : delta.putArray("tool_calls").addObject().put("index", call);
            function.putObject(call < 0 ? "function_call" : "function").put("arguments", text);
            return chat(index, delta);
        }
    }

    private static ObjectNode chat(int index, ObjectNode delta) {
        var choice = object().put("index", index);
        choice.set("delta", delta);
        return choice.putNull("finish_reason");
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** All that are there. @param message what a chat's choice holds them in: {@code message}, or {@code delta} in streams */
    static List<TextSlot> of(ObjectNode choice, String message) {
        List<TextSlot> slots = new ArrayList<>(1);
        add(slots, new Plain(), choice);
        if (choice.get(message) instanceof ObjectNode said) {
            for (String field : FIELDS) {
                add(slots, new Said(field), said);
            }
            JsonNode calls = said.path("tool_calls");
            for (int i = 0; i < calls.size(); i++) {
                if (calls.get(i).get("function") instanceof ObjectNode function) {
                    add(slots, new Arguments(calls.get(i).path("index").asInt(i)), function);
                }
            }
            if (said.get("function_call") instanceof ObjectNode function) {
                add(slots, new Arguments(-1), function);
            }
        }
        return slots;
    }

    private static void add(List<TextSlot> slots, Channel channel, ObjectNode holder) {
        if (holder.path(channel.field()).isTextual()) {
            slots.add(new TextSlot(channel, holder));
        }
    }

    String text() {
        return holder.path(channel.field()).asText();
    }

    void replace(String text) {
        holder.put(channel.field(), text);
    }
}
