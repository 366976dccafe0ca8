package dev.windlass.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.windlass.engine.token.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
    private static final List<Map<String, Object>> TOOLS = List.of(Map.of("type", "function"));

    @TempDir
    Path directory;

    @Test
    void aModelWithoutATemplateHasNone() throws IOException {
        write("tokenizer_config.json", "{}");

        assertThat(ChatTemplate.load(directory)).isEmpty();
    }

    @Test
    void takesTheTemplateForToolsWhereThereAreTools() throws IOException {
        write("tokenizer_config.json", """
                {"chat_template": [
                  {"name": "default", "template": "plain"},
                  {"name": "tool_use", "template": "{{ tools | length }} tools"}]}""");

        assertThat(render(List.of())).isEqualTo("plain");
        assertThat(render(TOOLS)).isEqualTo("1 tools");
    }

    @Test
    void prefersATemplateOfItsOwnFile() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"from the configuration\"}");
        assertThat(render(List.of())).isEqualTo("from the configuration");
        write("chat_template.json", "{\"chat_template\": \"from JSON\"}");
        assertThat(render(List.of())).isEqualTo("from JSON");
        write("chat_template.jinja", "from Jinja");
        assertThat(render(List.of())).isEqualTo("from Jinja");
    }

    @Test
    void knowsWhetherTheTextSaysWhereItBegins() throws IOException {
        write("tokenizer_config.json", """
                {"bos_token": {"content": "<s>"}, "chat_template": "{{ bos_token }}{{ messages[0].content }}"}""");
        var template = ChatTemplate.load(directory).orElseThrow();

        assertThat(template.beginsSequence(render(List.of()))).isTrue();
        assertThat(template.beginsSequence("hello")).isFalse();
    }

    @Test
    void toolsAreNoneWhereThereAreNone() throws IOException {
        write("chat_template.jinja", "{{ tools is none }} {{ documents is none }} {{ add_generation_prompt }}");

        assertThat(render(List.of())).isEqualTo("True True True");
    }

    @Test
    void refusesATemplateThatIsNone() throws IOException {
        write("chat_template.jinja", "{% if %}");

        assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> ChatTemplate.load(directory));
    }

    private String render(List<Map<String, Object>> tools) {
        var messages = List.of(Map.of("role", "user", "content", "hello"));
        return ChatTemplate.load(directory).orElseThrow().render(messages, tools, true, Map.of());
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }
}
