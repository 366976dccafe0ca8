package dev.windlass.model.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.model.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The index of a sharded checkpoint: which file has which tensor. */
public final class ShardIndex {
    /** The bound of an index's size. */
    public static final int MAXIMUM_BYTES = 100_000_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private ShardIndex() {}

    static Map<String, String> read(Path index) {
        try {
            if (Files.size(index) > MAXIMUM_BYTES) {
                throw new InvalidModelException(index, "expected at most %d bytes".formatted(MAXIMUM_BYTES));
            }
            return parse(index, Files.readString(index));
        } catch (IOException e) {
            throw new InvalidModelException(index, "cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The name of the file, beside the index, that has each tensor.
     *
     * @param where the index, for messages
     * @throws InvalidModelException when the text is no index
     */
    public static Map<String, String> parse(Object where, String text) {
        JsonNode map;
        try {
            map = JSON.readTree(text).path("weight_map");
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(where, "is not valid JSON: " + e.getOriginalMessage(), e);
        }
        if (!map.isObject() || map.isEmpty()) {
            throw new InvalidModelException(where, "expected an object weight_map with at least one tensor");
        }
        var shards = new LinkedHashMap<String, String>();
        for (var entry : map.properties()) {
            if (!isPlainFileName(entry.getValue())) {
                throw new InvalidModelException(
                        where,
                        "weight_map: tensor %s: expected the name of a .safetensors file beside the index, found %s"
                                .formatted(entry.getKey(), entry.getValue()));
            }
            shards.put(entry.getKey(), entry.getValue().textValue());
        }
        return shards;
    }

    private static boolean isPlainFileName(JsonNode value) {
        return value.isTextual() && value.textValue().matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,236}\\.safetensors");
    }
}
