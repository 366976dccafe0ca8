package dev.windlass.server.openai;

import dev.windlass.engine.grammar.Grammar;
import dev.windlass.engine.grammar.ToolChoice;
import dev.windlass.engine.grammar.ToolSchema;
import dev.windlass.http.ApiException;
import dev.windlass.http.Fields;
import dev.windlass.http.Json;
import dev.windlass.server.registry.ServedModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The functions a chat request offers.
 *
 * @param templates in the shape that chat templates expect
 * @param parallel whether the model may call several at once
 */
record Tools(List<ToolSchema> schemas, List<Map<String, Object>> templates, ToolChoice choice, boolean parallel) {
    private static final Pattern NAME = Pattern.compile("[\\w.:-]{1,128}");
    private static final int MOST = 128;

    /** @return empty where the model is not to call any */
    static Optional<Tools> read(Fields body, Json json) {
        for (String old : List.of("functions", "function_call")) {
            if (body.has(old)) {
                throw ApiException.badValue(
                        old, "'%s' is not supported any more: use 'tools' and 'tool_choice'.".formatted(old));
            }
        }
        boolean parallel = body.flag("parallel_tool_calls", true);
        var schemas = new ArrayList<ToolSchema>();
        var templates = new ArrayList<Map<String, Object>>();
        var tools = body.objects("tools");
        if (tools.size() > MOST) {
            throw ApiException.badValue(
                    "tools", "Invalid 'tools': expected at most %d, got %d.".formatted(MOST, tools.size()));
        }
        for (var tool : tools) {
            schemas.add(schema(tool));
            templates.add(template(tool, json));
        }
        var names = new HashSet<String>();
        for (var schema : schemas) {
            if (!names.add(schema.name())) {
                throw ApiException.badValue(
                        "tools", "Invalid 'tools': there are two functions named '%s'.".formatted(schema.name()));
            }
        }
        var choice = choice(body);
        if (schemas.isEmpty()) {
            if (choice.isPresent() && !(choice.get() instanceof ToolChoice.Auto)) {
                throw ApiException.badValue("tool_choice", "'tool_choice' is only allowed when 'tools' are specified.");
            }
            return Optional.empty();
        }
        if (choice.isPresent() && choice.get() instanceof ToolChoice.Named(var name) && !names.contains(name)) {
            throw ApiException.badValue(
                    "tool_choice",
                    "Invalid 'tool_choice': there is no function named '%s' in 'tools'."
                            .formatted(name.length() <= 128 ? name : name.substring(0, 128) + "…"));
        }
        return choice.map(chosen -> new Tools(schemas, templates, chosen, parallel));
    }

    Grammar grammar(ServedModel model) {
        return Constraints.compile(
                "tools", () -> model.grammars().toolCalls(model.toolCalls(), schemas, choice, parallel));
    }

    private static ToolSchema schema(Fields tool) {
        String type = tool.text("type").orElse("function");
        if (!type.equals("function")) {
            throw ApiException.badValue(
                    tool.name("type"),
                    "Invalid value: '%s'. Supported values are: 'function'."
                            .formatted(type.length() <= 40 ? type : type.substring(0, 40) + "…"));
        }
        var function = tool.object("function").orElseThrow(() -> tool.missing("function"));
        String name = function.requiredText("name");
        if (!NAME.matcher(name).matches()) {
            throw ApiException.badValue(
                    function.name("name"),
                    "Invalid '%s': expected up to 128 letters, digits, '_', '-', '.' or ':'."
                            .formatted(function.name("name")));
        }
        function.text("description");
        function.flag("strict", false);
        return new ToolSchema(
                name, function.object("parameters").map(Fields::node).orElse(null));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> template(Fields tool, Json json) {
        return (Map<String, Object>) json.plain(tool.node());
    }

    /** Empty for {@code none}. */
    private static Optional<ToolChoice> choice(Fields body) {
        var value = body.value("tool_choice");
        if (value.isEmpty()) {
            return Optional.of(new ToolChoice.Auto());
        }
        if (value.get().isTextual()) {
            String word = value.get().textValue();
            return switch (word) {
                case "none" -> Optional.empty();
                case "auto" -> Optional.of(new ToolChoice.Auto());
                case "required" -> Optional.of(new ToolChoice.Required());
                default ->
                    throw ApiException.badValue(
                            "tool_choice",
                            "Invalid value: '%s'. Supported values are: 'none', 'auto', and 'required'."
                                    .formatted(word.length() <= 40 ? word : word.substring(0, 40) + "…"));
            };
        }
        if (!value.get().isObject()) {
            throw Fields.wrongType("tool_choice", "a string or an object", value.get());
        }
        var choice = Fields.object(value.get(), "tool_choice");
        if (!choice.text("type").orElse("function").equals("function")) {
            throw ApiException.badValue("tool_choice.type", "Invalid 'tool_choice.type': expected 'function'.");
        }
        return Optional.of(new ToolChoice.Named(choice.object("function")
                .orElseThrow(() -> choice.missing("function"))
                .requiredText("name")));
    }
}
