package dev.windlass.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.http.ApiException;
import dev.windlass.http.Fields;
import dev.windlass.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The conversation of a chat request, checked and in the shape that chat templates expect.
 *
 * @param messages each with role and content and whatever else the client sent
 * @param addGenerationPrompt whether the prompt ends where the assistant begins to speak
 * @param continueFinal whether the prompt ends within the last message, which the model goes on with
 * @param addSpecialTokens whether the tokenizer adds its own marks to those of the template
 * @param echo what the client wants repeated before the answer, empty for nothing
 * @param variables what else the template gets to know
 */
record ChatRequest(
        List<Map<String, Object>> messages,
        boolean addGenerationPrompt,
        boolean continueFinal,
        boolean addSpecialTokens,
        String echo,
        Map<String, Object> variables) {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool", "function");

    static ChatRequest read(Fields body, Json json) {
        var given = body.objects("messages");
        if (!body.has("messages")) {
            throw body.missing("messages");
        }
        if (given.isEmpty()) {
            throw ApiException.invalid(
                    400,
                    "messages",
                    "empty_array",
                    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.");
        }
        var messages = new ArrayList<Map<String, Object>>(given.size());
        for (var message : given) {
            messages.add(plain(message(message, json), json));
        }
        boolean continueFinal = body.flag("continue_final_message", false);
        boolean addGenerationPrompt = body.flag("add_generation_prompt", !continueFinal);
        if (continueFinal && addGenerationPrompt) {
            throw ApiException.badValue(
                    "add_generation_prompt",
                    "Cannot set both 'continue_final_message' and 'add_generation_prompt' to true.");
        }
        var last = messages.getLast();
        boolean echoes = body.flag("echo", false) && "assistant".equals(last.get("role"));
        return new ChatRequest(
                messages,
                addGenerationPrompt,
                continueFinal,
                body.flag("add_special_tokens", false),
                echoes && last.get("content") instanceof String text ? text : "",
                body.object("chat_template_kwargs")
                        .map(fields -> plain(fields.node(), json))
                        .orElse(Map.of()));
    }

    private static ObjectNode message(Fields message, Json json) {
        String role = message.requiredText("role");
        if (!ROLES.contains(role)) {
            throw ApiException.badValue(
                    message.name("role"),
                    "Invalid value: '%s'. Supported values are: 'system', 'developer', 'assistant', 'user', 'function', and 'tool'."
                            .formatted(role.length() <= 40 ? role : role.substring(0, 40) + "…"));
        }
        var node = message.node().deepCopy();
        if (role.equals("developer")) {
            // Templates of open models know this role by its older name.
            node.put("role", "system");
        }
        var calls = calls(message, json);
        if (!calls.isEmpty()) {
            node.set("tool_calls", calls);
        } else {
            node.remove("tool_calls");
        }
        if (message.has("content")) {
            node.put("content", content(message));
        } else if (role.equals("assistant") && (!calls.isEmpty() || message.has("function_call"))) {
            node.put("content", "");
        } else {
            throw message.missing("content");
        }
        if (role.equals("tool")) {
            message.requiredText("tool_call_id");
        }
        message.text("name");
        return node;
    }

    private static String content(Fields message) {
        var value = message.value("content").orElseThrow();
        String name = message.name("content");
        if (value.isTextual()) {
            return Fields.text(value, name);
        }
        if (!(value instanceof ArrayNode parts)) {
            throw Fields.wrongType(name, "a string or an array of content parts", value);
        }
        var text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : "\n").append(part(parts.get(i), name + "[" + i + "]"));
        }
        return text.toString();
    }

    private static String part(JsonNode value, String name) {
        if (value.isTextual()) {
            return Fields.text(value, name);
        }
        var part = Fields.object(value, name);
        String type = part.requiredText("type");
        return switch (type) {
            case "text", "input_text", "output_text" -> part.requiredText("text");
            case "refusal" -> part.requiredText("refusal");
            default ->
                throw ApiException.badValue(
                        part.name("type"),
                        "Invalid content part of type '%s': this model takes text only."
                                .formatted(type.length() <= 40 ? type : type.substring(0, 40) + "…"));
        };
    }

    /** Calls that the assistant made earlier. Templates want their arguments as objects, the API has them as text. */
    private static ArrayNode calls(Fields message, Json json) {
        var calls = JsonNodeFactory.instance.arrayNode();
        for (var call : message.objects("tool_calls")) {
            var function = call.object("function").orElseThrow(() -> call.missing("function"));
            function.requiredText("name");
            var node = call.node().deepCopy();
            var arguments = function.value("arguments");
            if (arguments.isPresent() && arguments.get().isTextual()) {
                ((ObjectNode) node.get("function"))
                        .set("arguments", json.parseArguments(arguments.get(), function.name("arguments")));
            }
            calls.add(node);
        }
        return calls;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> plain(JsonNode object, Json json) {
        return (Map<String, Object>) json.plain(object);
    }
}
