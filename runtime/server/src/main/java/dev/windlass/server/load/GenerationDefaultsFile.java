package dev.windlass.server.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.model.InvalidModelException;
import dev.windlass.server.registry.GenerationDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads what a model's generation_config.json says of sampling. */
final class GenerationDefaultsFile {
    private GenerationDefaultsFile() {}

    static GenerationDefaults read(Path directory) throws IOException {
        Path file = directory.resolve("generation_config.json");
        if (!Files.exists(file)) {
            return GenerationDefaults.NONE;
        }
        JsonNode config;
        try {
            config = new ObjectMapper().readTree(file.toFile());
        } catch (com.fasterxml.jackson.core.JacksonException problem) {
            throw new InvalidModelException(file, "is not JSON: " + problem.getOriginalMessage());
        }
        // A checkpoint that was made for greedy decoding says so with do_sample, and then carries no temperature.
        boolean samples = config.path("do_sample").asBoolean(config.has("temperature"));
        return new GenerationDefaults(
                samples ? real(config, "temperature") : OptionalDouble.empty(),
                real(config, "top_p"),
                whole(config, "top_k"),
                real(config, "min_p"),
                real(config, "repetition_penalty"),
                whole(config, "max_new_tokens"));
    }

    private static OptionalDouble real(JsonNode config, String key) {
        return config.path(key).isNumber() ? OptionalDouble.of(config.path(key).asDouble()) : OptionalDouble.empty();
    }

    private static OptionalInt whole(JsonNode config, String key) {
        return config.path(key).isInt() ? OptionalInt.of(config.path(key).asInt()) : OptionalInt.empty();
    }
}
