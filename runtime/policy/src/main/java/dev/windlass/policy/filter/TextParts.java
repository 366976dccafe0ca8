package dev.windlass.policy.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A text as a request has it: in one string, or in several that models see without a gap.
 *
 * @param path of the field, for errors
 */
record TextParts(String path, List<Part> parts) {
    TextParts {
        parts = List.copyOf(parts);
    }

    /** One string, where it stands. */
    interface Part {
        String text();

        void replace(String text);
    }

    private record Field(ObjectNode holder, String name) implements Part {
        @Override
        public String text() {
            return holder.path(name).asText();
        }

        @Override
        public void replace(String text) {
            holder.put(name, text);
        }
    }

    private record Element(ArrayNode holder, int index) implements Part {
        @Override
        public String text() {
            return holder.path(index).asText();
        }

        @Override
        public void replace(String text) {
            holder.set(index, TextNode.valueOf(text));
        }
    }

    /** What a request has. @param unreadable whether some of it is in token ids, of which nobody here knows the text */
    record Found(List<TextParts> texts, boolean unreadable) {}

    /** The texts of a request to any of OpenAI's paths. */
    static Found of(ObjectNode request) {
        var reading = new Reading();
        JsonNode messages = request.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof ObjectNode message) {
                reading.message("messages[" + i + "]", message);
            }
        }
        for (String name : List.of("prompt", "suffix", "input", "instructions", "query", "documents")) {
            reading.value(request, name, name);
        }
        return new Found(reading.texts, reading.unreadable);
    }

    private static final class Reading {
        private final List<TextParts> texts = new ArrayList<>();
        private boolean unreadable;

        void message(String path, ObjectNode message) {
            value(message, "content", path + ".content");
            value(message, "reasoning_content", path + ".reasoning_content");
            value(message, "refusal", path + ".refusal");
            for (var call : message.path("tool_calls")) {
                if (call.get("function") instanceof ObjectNode function) {
                    value(function, "arguments", path + ".tool_calls");
                }
            }
            if (message.get("function_call") instanceof ObjectNode function) {
                value(function, "arguments", path + ".function_call");
            }
        }

        /** A string, or a list of strings, of parts with text, or of messages. */
        void value(ObjectNode holder, String name, String path) {
            JsonNode value = holder.path(name);
            if (value.isTextual()) {
                texts.add(new TextParts(path, List.of(new Field(holder, name))));
            } else if (value instanceof ArrayNode list) {
                list(list, path);
            } else if (value instanceof ObjectNode inner) {
                value(inner, "text", path + ".text");
            }
        }

        private void list(ArrayNode list, String path) {
            List<Part> joined = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                JsonNode element = list.get(i);
                if (element.isTextual()) {
                    // Prompts and inputs of their own.
                    texts.add(new TextParts(path + "[" + i + "]", List.of(new Element(list, i))));
                } else if (element.isNumber() || element.isArray()) {
                    unreadable = true;
                } else if (element instanceof ObjectNode part) {
                    if (part.path("text").isTextual()) {
                        joined.add(new Field(part, "text"));
                    } else if (part.path("refusal").isTextual()) {
                        joined.add(new Field(part, "refusal"));
                    } else if (part.has("content")) {
                        message(path + "[" + i + "]", part);
                    }
                }
            }
            if (!joined.isEmpty()) {
                texts.add(new TextParts(path, joined));
            }
        }
    }
}
