package dev.windlass.server.registry;

import dev.windlass.engine.grammar.ToolCallFormat;
import dev.windlass.engine.token.ChatTemplate;
import java.util.Optional;

/** Tells from a chat template how its model writes function calls. */
public final class ToolCallStyle {
    private ToolCallStyle() {}

    /** Hermes' style where the template shows no other: most models know it, and a grammar can make any model write it. */
    public static ToolCallFormat of(Optional<ChatTemplate> template) {
        String source = template.map(ChatTemplate::source).orElse("");
        if (source.contains("[TOOL_CALLS]")) {
            return source.contains("[ARGS]") ? ToolCallFormat.MISTRAL : ToolCallFormat.MISTRAL_LIST;
        }
        boolean llama = source.contains("ipython") && source.contains("parameters") && !source.contains("<tool_call>");
        return llama ? ToolCallFormat.LLAMA3 : ToolCallFormat.HERMES;
    }
}
