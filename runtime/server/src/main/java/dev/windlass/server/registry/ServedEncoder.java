package dev.windlass.server.registry;

import dev.windlass.engine.EncoderEngine;
import dev.windlass.engine.token.EncoderTokenizer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A loaded encoder with all that serving it takes.
 *
 * @param contextLength how many tokens a text may have, with what the tokenizer adds
 */
public record ServedEncoder(
        String name,
        Set<String> aliases,
        EncoderEngine engine,
        EncoderTokenizer tokenizer,
        EncoderPurpose purpose,
        int contextLength,
        Instant created)
        implements RegisteredModel {
    public ServedEncoder {
        if (name.isBlank()) {
            throw new IllegalArgumentException("model name: expected a name, got none");
        }
        aliases = Set.copyOf(aliases);
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(tokenizer, "tokenizer");
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(created, "created");
    }

    @Override
    public boolean isStopped() {
        return engine.snapshot().closing();
    }

    @Override
    public String use() {
        return purpose.use();
    }

    @Override
    public List<String> paths() {
        return purpose.paths();
    }
}
