package dev.windlass.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.windlass.engine.grammar.Grammar;
import dev.windlass.engine.grammar.GrammarCompiler;
import dev.windlass.engine.grammar.GrammarException;
import dev.windlass.http.ApiException;
import dev.windlass.http.Fields;
import dev.windlass.http.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an output must look like: OpenAI's {@code response_format}, vLLM's {@code structured_outputs} and the older
 * {@code guided_*}. At most one of them.
 */
final class Constraints {
    private static final int MOST_CHOICES = 10_000;

    private final Json json;

    Constraints(Json json) {
        this.json = json;
    }

    /** @return null where the output is free */
    @Nullable
    Grammar read(Fields body, GrammarCompiler compiler) {
        var found = new LinkedHashMap<String, Supplier<Grammar>>();
        body.object("response_format").ifPresent(format -> responseFormat(format, compiler, found));
        body.object("structured_outputs").ifPresent(outputs -> structured(outputs, "", compiler, found));
        structured(body, "guided_", compiler, found);
        if (found.size() > 1) {
            throw ApiException.badValue(
                    found.lastEntry().getKey(),
                    "Only one constraint on the output is possible, got " + String.join(" and ", found.keySet()) + ".");
        }
        for (Map.Entry<String, Supplier<Grammar>> entry : found.entrySet()) {
            return compile(entry.getKey(), entry.getValue());
        }
        return null;
    }

    /** Compiles, and names the field at fault where that fails. */
    static Grammar compile(String parameter, Supplier<Grammar> compilation) {
        try {
            return compilation.get();
        } catch (GrammarException e) {
            throw ApiException.invalid(
                    400, parameter, "invalid_schema", "Invalid '%s': %s".formatted(parameter, e.getMessage()));
        }
    }

    private static void responseFormat(Fields format, GrammarCompiler compiler, Map<String, Supplier<Grammar>> found) {
        String type = format.requiredText("type");
        switch (type) {
            case "text" -> {}
            case "json_object" -> found.put("response_format", compiler::jsonObject);
            case "json_schema" -> {
                var described = format.object("json_schema").orElseThrow(() -> format.missing("json_schema"));
                described.requiredText("name");
                described.flag("strict", false);
                var schema = described.value("schema");
                found.put(
                        "response_format",
                        schema.isPresent() ? () -> compiler.jsonSchema(schema.get()) : compiler::jsonObject);
            }
            default ->
                throw ApiException.badValue(
                        format.name("type"),
                        "Invalid value: '%s'. Supported values are: 'text', 'json_object', and 'json_schema'."
                                .formatted(type.length() <= 40 ? type : type.substring(0, 40) + "…"));
        }
    }

    private void structured(
            Fields fields, String prefix, GrammarCompiler compiler, Map<String, Supplier<Grammar>> found) {
        fields.value(prefix + "json").ifPresent(schema -> {
            var parsed = schema(schema, fields.name(prefix + "json"));
            found.put(fields.name(prefix + "json"), () -> compiler.jsonSchema(parsed));
        });
        fields.text(prefix + "regex")
                .ifPresent(regex -> found.put(fields.name(prefix + "regex"), () -> compiler.regex(regex)));
        if (fields.has(prefix + "choice")) {
            List<String> choices = fields.texts(prefix + "choice", MOST_CHOICES);
            found.put(fields.name(prefix + "choice"), () -> compiler.choice(choices));
        }
        if (fields.flag(prefix + "json_object", false)) {
            found.put(fields.name(prefix + "json_object"), compiler::jsonObject);
        }
        if (fields.has(prefix + "grammar")) {
            throw ApiException.badValue(
                    fields.name(prefix + "grammar"),
                    "'%s' is not supported: use a JSON schema, a regular expression or a choice."
                            .formatted(fields.name(prefix + "grammar")));
        }
    }

    private JsonNode schema(JsonNode value, String name) {
        if (!value.isTextual()) {
            return value;
        }
        var parsed = json.parseArguments(value, name);
        if (parsed.isTextual()) {
            throw Fields.wrongType(name, "a JSON schema", value);
        }
        return parsed;
    }
}
