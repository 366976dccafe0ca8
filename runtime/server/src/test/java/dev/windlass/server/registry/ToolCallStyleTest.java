package dev.windlass.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.engine.grammar.ToolCallFormat;
import dev.windlass.engine.token.ChatTemplate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToolCallStyleTest {
    private static ToolCallFormat of(String source) {
        return ToolCallStyle.of(Optional.of(ChatTemplate.of(source, Map.of())));
    }

    @Test
    void knowsMistralsStylesByTheirMarkers() {
        assertThat(of("{{- '[TOOL_CALLS][' }}")).isEqualTo(ToolCallFormat.MISTRAL_LIST);
        assertThat(of("{{- '[TOOL_CALLS]' + name + '[ARGS]' + arguments }}")).isEqualTo(ToolCallFormat.MISTRAL);
    }

    @Test
    void knowsLlamasStyleByItsRoleAndKey() {
        assertThat(of("{{- 'ipython' }}{{- '\"parameters\": ' }}")).isEqualTo(ToolCallFormat.LLAMA3);
    }

    @Test
    void takesHermesStyleWhereATemplateShowsNoOther() {
        assertThat(of("{{ messages }}")).isEqualTo(ToolCallFormat.HERMES);
        assertThat(ToolCallStyle.of(Optional.empty())).isEqualTo(ToolCallFormat.HERMES);
    }
}
