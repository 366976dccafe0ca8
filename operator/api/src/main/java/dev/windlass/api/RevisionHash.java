package dev.windlass.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a revision: a hash of what was asked for, so that going back to an old spec goes back to its revision.
 *
 * <p>The canonical form has sorted keys, leaves out whatever equals its default at any depth, and writes durations, ratios
 * and quantities in one way. A field that a later version adds changes no hash until somebody uses it.
 */
public final class RevisionHash {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Almost no vowels, so no words; 32 of them, so that a byte chooses evenly. */
    private static final char[] DIGITS = "bcdfghjklmnpqrstuvwxyz0123456789".toCharArray();

    private static final int LENGTH = 10;

    private RevisionHash() {}

    /** Ten characters that fit names and labels. */
    public static String of(VersionedSpec spec) {
        byte[] digest = sha256(canonicalJson(spec));
        var text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(DIGITS[Byte.toUnsignedInt(digest[i]) % DIGITS.length]);
        }
        return text.toString();
    }

    /** What is hashed. */
    public static String canonicalJson(VersionedSpec spec) {
        return canonical(spec).toString();
    }

    private static JsonNode canonical(@Nullable Object value) {
        return switch (value) {
            case null -> JSON.nullNode();
            case Block block -> object(block);
            case GoDuration duration ->
                JSON.textNode(duration.isValid() ? duration.value().toMillis() + "ms" : duration.text());
            case Ratio ratio -> JSON.textNode(ratio.isValid() ? plain(ratio.exact()) : ratio.text());
            case Quantity quantity -> JSON.textNode(plain(quantity.getNumericalAmount()));
            case Enum<?> constant -> JSON.textNode(constant.name());
            case String text -> JSON.textNode(text);
            case Boolean truth -> JSON.booleanNode(truth);
            case Integer number -> JSON.numberNode(number.longValue());
            case Long number -> JSON.numberNode(number);
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            case ObjectNode object -> sorted(object);
            case ArrayNode array -> {
                ArrayNode copy = JSON.arrayNode();
                array.forEach(element -> copy.add(canonical(element)));
                yield copy;
            }
            case JsonNode scalar -> scalar;
            default -> throw new IllegalArgumentException("no canonical form for " + value.getClass());
        };
    }

    private static JsonNode object(Block block) {
        Block defaults = Defaults.OF.get(block.getClass());
        var fields = new TreeMap<String, JsonNode>();
        for (RecordComponent component : block.getClass().getRecordComponents()) {
            JsonNode value = canonical(value(block, component));
            if (!value.isNull() && !value.equals(canonical(value(defaults, component)))) {
                fields.put(name(component), value);
            }
        }
        return JSON.objectNode().setAll(fields);
    }

    private static JsonNode list(List<?> list) {
        ArrayNode array = JSON.arrayNode();
        list.forEach(element -> array.add(canonical(element)));
        return array;
    }

    private static JsonNode map(Map<?, ?> map) {
        var fields = new TreeMap<String, JsonNode>();
        map.forEach((key, value) -> fields.put(String.valueOf(key), canonical(value)));
        return JSON.objectNode().setAll(fields);
    }

    private static JsonNode sorted(ObjectNode object) {
        var fields = new TreeMap<String, JsonNode>();
        object.properties().forEach(field -> fields.put(field.getKey(), canonical(field.getValue())));
        return JSON.objectNode().setAll(fields);
    }

    static String name(RecordComponent component) {
        JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
        return property == null ? component.getName() : property.value();
    }

    static @Nullable Object value(Block block, RecordComponent component) {
        try {
            return component.getAccessor().invoke(block);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("cannot read " + component, impossible);
        }
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new LinkageError("every JDK has SHA-256", impossible);
        }
    }

    /** What each block is when nothing is written in it. */
    private static final class Defaults extends ClassValue<Block> {
        static final Defaults OF = new Defaults();

        @Override
        protected Block computeValue(Class<?> type) {
            return (Block) Reading.empty(type);
        }
    }
}
