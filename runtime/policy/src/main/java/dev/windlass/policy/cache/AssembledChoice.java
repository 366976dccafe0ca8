package dev.windlass.policy.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One choice of a stream, as far as it has come. */
final class AssembledChoice {
    /** What a choice may have, apart from its output, without our leaving something out. */
    private static final Set<String> KNOWN = Set.of("index", "delta", "text", "finish_reason", "stop_reason");

    private final int index;
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private final Map<Integer, Call> calls = new TreeMap<>();
    private JsonNode finish = JsonNodeFactory.instance.nullNode();
    private JsonNode stop = JsonNodeFactory.instance.nullNode();

    AssembledChoice(int index) {
        this.index = index;
    }

    private static final class Call {
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
    }

    /** @return whether all of it was understood */
    boolean add(JsonNode choice) {
        for (var field : choice.properties()) {
            if (!KNOWN.contains(field.getKey()) && !field.getValue().isNull()) {
                return false;
            }
        }
        if (choice.hasNonNull("finish_reason")) {
            finish = choice.get("finish_reason");
        }
        if (choice.hasNonNull("stop_reason")) {
            stop = choice.get("stop_reason");
        }
        if (choice.hasNonNull("text")) {
            append("text", choice.get("text"));
        }
        for (var field : choice.path("delta").properties()) {
            var value = field.getValue();
            if (field.getKey().equals("tool_calls")) {
                value.forEach(this::addCall);
            } else if (value.isTextual()) {
                append(field.getKey(), value);
            } else if (!value.isNull()) {
                return false;
            }
        }
        return true;
    }

    private void append(String field, JsonNode text) {
        var all = texts.computeIfAbsent(field, _ -> new StringBuilder());
        if (!field.equals("role") || all.isEmpty()) {
            all.append(text.asText());
        }
    }

    private void addCall(JsonNode delta) {
        var call = calls.computeIfAbsent(delta.path("index").asInt(), _ -> new Call());
        call.id += delta.path("id").asText("");
        call.name += delta.path("function").path("name").asText("");
        call.arguments.append(delta.path("function").path("arguments").asText(""));
    }

    ObjectNode whole(Form form) {
        var choice = JsonNodeFactory.instance.objectNode();
        choice.put("index", index);
        if (form == Form.Text) {
            choice.put("text", text("text"));
        } else {
            choice.set("message", message());
        }
        choice.putNull("logprobs");
        choice.set("finish_reason", finish);
        choice.set("stop_reason", stop);
        return choice;
    }

    private ObjectNode message() {
        var message = JsonNodeFactory.instance.objectNode();
        message.put("role", text("role"));
        String content = text("content");
        if (content.isEmpty() && !calls.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", content);
        }
        message.putNull("refusal");
        texts.forEach((field, text) -> {
            if (!field.equals("role") && !field.equals("content")) {
                message.put(field, text.toString());
            }
        });
        if (!calls.isEmpty()) {
            var list = message.putArray("tool_calls");
            for (var call : calls.values()) {
                var one = list.addObject();
                one.put("id", call.id);
                one.put("type", "function");
                one.putObject("function").put("name", call.name).put("arguments", call.arguments.toString());
            }
        }
        return message;
    }

    private String text(String field) {
        var text = texts.get(field);
        return text == null ? "" : text.toString();
    }
}
