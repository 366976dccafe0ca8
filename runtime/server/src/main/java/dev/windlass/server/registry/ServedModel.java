package dev.windlass.server.registry;

import dev.windlass.engine.Engine;
import dev.windlass.engine.grammar.GrammarCompiler;
import dev.windlass.engine.grammar.ToolCallFormat;
import dev.windlass.engine.token.ChatTemplate;
import dev.windlass.engine.token.Tokenizer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model that generates, with all that serving it takes.
 *
 * @param name what clients call it
 * @param aliases further names of it
 * @param toolCalls how it writes function calls, see {@link ToolCallStyle}
 * @param grammars compiles what outputs may look like, for the tokenizer's vocabulary
 * @param contextLength how many tokens prompt and output may have together
 * @param template how messages become a prompt; absent where the model has none, and then it serves no chat
 */
public record ServedModel(
        String name,
        Set<String> aliases,
        Engine engine,
        Tokenizer tokenizer,
        @Nullable ChatTemplate template,
        ToolCallFormat toolCalls,
        GrammarCompiler grammars,
        int contextLength,
        Instant created,
        GenerationDefaults defaults)
        implements RegisteredModel {
    private static final List<String> PLAIN = List.of("/v1/completions", "/generate");
    private static final List<String> CHAT = List.of("/v1/chat/completions", "/v1/completions", "/generate");

    public ServedModel {
        if (name.isBlank()) {
            throw new IllegalArgumentException("model name: expected a name, got none");
        }
        aliases = Set.copyOf(aliases);
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(tokenizer, "tokenizer");
        Objects.requireNonNull(toolCalls, "toolCalls");
        Objects.requireNonNull(grammars, "grammars");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(defaults, "defaults");
        if (contextLength < 2) {
            throw new IllegalArgumentException("context length: expected at least 2, got " + contextLength);
        }
    }

    @Override
    public boolean isStopped() {
        return engine.snapshot().closing();
    }

    @Override
    public String use() {
        return "generates text, under /v1/chat/completions and /v1/completions";
    }

    @Override
    public List<String> paths() {
        return template == null ? PLAIN : CHAT;
    }

    /** How messages become a prompt. */
    public Optional<ChatTemplate> chatTemplate() {
        return Optional.ofNullable(template);
    }
}
