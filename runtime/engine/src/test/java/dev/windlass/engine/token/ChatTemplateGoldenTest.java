package dev.windlass.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.engine.token.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what transformers renders; {@code hack/compare-chat-templates --write-golden} writes the goldens. */
class ChatTemplateGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/chat-templates");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<List<Map<String, Object>>> OBJECTS = new TypeReference<>() {};

    @ParameterizedTest
    @ValueSource(strings = {"chatml", "headers", "inst", "turns", "thinking", "language"})
    void rendersAsTransformersDoes(String name) throws IOException {
        JsonNode golden = MAPPER.readTree(FOLDER.resolve("golden.json").toFile());
        var template = ChatTemplate.of(
                Files.readString(FOLDER.resolve(name + ".jinja")), Map.of("bos_token", "<s>", "eos_token", "</s>"));
        assertThat(golden.path("expected").path(name)).isNotEmpty();
        for (var expected : golden.path("expected").path(name).properties()) {
            JsonNode conversation = golden.path("conversations").path(expected.getKey());
            if (expected.getValue().isNull()) {
                assertThatExceptionOfType(TemplateException.class)
                        .as(expected.getKey())
                        .isThrownBy(() -> render(template, conversation));
            } else {
                assertThat(render(template, conversation))
                        .as(expected.getKey())
                        .isEqualTo(expected.getValue().textValue());
            }
        }
    }

    private static String render(ChatTemplate template, JsonNode conversation) {
        JsonNode tools = conversation.path("tools");
        return template.render(
                MAPPER.convertValue(conversation.path("messages"), OBJECTS),
                tools.isArray() ? MAPPER.convertValue(tools, OBJECTS) : List.of(),
                conversation.path("addGenerationPrompt").booleanValue(),
                MAPPER.convertValue(conversation.path("kwargs"), new TypeReference<Map<String, Object>>() {}));
    }
}
