package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A function that a model may call.
 *
 * @param parameters the JSON Schema of its arguments, an object; absent for a function without arguments
 */
public record ToolSchema(String name, @Nullable JsonNode parameters) {
    public ToolSchema {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty()) {
            throw new GrammarException("tools: a function's name must not be empty");
        }
    }
}
