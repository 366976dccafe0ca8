package dev.windlass.operator.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.windlass.operator.rollout.Phase;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A memory as JSON: a phase by the name of its record, times in ISO 8601, maps in the order of their keys, so that the same
 * memory is always the same text and a status that says nothing new is not written.
 */
public final class MemoryJson {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryJson.class);
    private static final JsonMapper MAPPER = mapper();

    private MemoryJson() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface Named {}

    private static JsonMapper mapper() {
        var builder = JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .addMixIn(Phase.class, Named.class)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        leaves(Phase.class).forEach(phase -> builder.registerSubtypes(new NamedType(phase, phase.getSimpleName())));
        return builder.build();
    }

    /** The records of a sealed family. */
    private static Stream<Class<?>> leaves(Class<?> type) {
        Class<?>[] permitted = type.getPermittedSubclasses();
        return permitted == null ? Stream.of(type) : Stream.of(permitted).flatMap(MemoryJson::leaves);
    }

    public static ObjectNode write(Memory memory) {
        return MAPPER.valueToTree(memory);
    }

    /**
     * What {@link #write} wrote; nothing where it cannot be read. Then labels tell what was stable, and a rollout that was
     * under way begins again, which is the safe way to be forgetful.
     */
    public static Optional<Memory> read(ObjectNode written) {
        try {
            return Optional.of(MAPPER.treeToValue(written, Memory.class));
        } catch (JsonProcessingException | IllegalArgumentException problem) {
            LOG.warn("a memory that cannot be read is dropped: {}", problem.getMessage());
            return Optional.empty();
        }
    }
}
