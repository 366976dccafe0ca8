package dev.windlass.engine.token;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.engine.token.jinja.TemplateException;
import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Java half of {@code hack/compare-chat-templates}: renders the cases of one JSON file into another. */
final class RenderCases {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<List<Map<String, Object>>> OBJECTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private RenderCases() {}

    public static void main(String[] arguments) throws IOException {
        var results = MAPPER.createArrayNode();
        var templates = new HashMap<String, ChatTemplate>();
        for (JsonNode given : MAPPER.readTree(new File(arguments[0]))) {
            var result = results.addObject();
            try {
                result.put("text", render(given, templates));
            } catch (TemplateException e) {
                result.put("error", e.getMessage());
            } catch (RuntimeException e) {
                result.put("error", "BUG: " + e);
            }
        }
        MAPPER.writeValue(new File(arguments[1]), results);
    }

    private static String render(JsonNode given, Map<String, ChatTemplate> templates) {
        Map<String, String> specialTokens = MAPPER.convertValue(given.path("specialTokens"), TEXTS);
        var template = templates.computeIfAbsent(
                given.path("source").textValue(), source -> ChatTemplate.of(source, specialTokens));
        JsonNode tools = given.path("tools");
        return template.render(
                MAPPER.convertValue(given.path("messages"), OBJECTS),
                tools.isArray() ? MAPPER.convertValue(tools, OBJECTS) : List.of(),
                given.path("addGenerationPrompt").booleanValue(),
                MAPPER.convertValue(given.path("kwargs"), OBJECT));
    }
}
