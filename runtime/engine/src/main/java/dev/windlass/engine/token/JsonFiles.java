package dev.windlass.engine.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the small configuration files next to a tokenizer. */
final class JsonFiles {
    /** Names are not interned: those of a vocabulary are 100,000 different ones, each read once. */
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .build();

    private static final long LARGEST_CONFIGURATION = 64L << 20;

    private JsonFiles() {}

    /** The object a file holds, or an empty one where there is no such file. */
    static JsonNode readObject(Path file) {
        if (!Files.isRegularFile(file)) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            if (Files.size(file) > LARGEST_CONFIGURATION) {
                throw new TokenizerException("%s: expected at most %d MiB, got %d bytes"
                        .formatted(file, LARGEST_CONFIGURATION >> 20, Files.size(file)));
            }
            var node = MAPPER.readTree(Files.readAllBytes(file));
            if (!node.isObject()) {
                throw new TokenizerException("%s: expected a JSON object, got %s".formatted(file, node.getNodeType()));
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new TokenizerException(file + " is not JSON", e);
        } catch (IOException e) {
            throw new TokenizerException(file + " cannot be read", e);
        }
    }
}
