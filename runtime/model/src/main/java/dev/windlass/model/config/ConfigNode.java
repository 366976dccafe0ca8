package dev.windlass.model.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.model.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One object of a configuration, read key by key with the type and the bounds that the reader expects. A key whose value
 * is null counts as missing, as transformers writes it.
 */
public final class ConfigNode {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long MAXIMUM_BYTES = 64L << 20;

    private final String path;
    private final JsonNode object;

    private ConfigNode(String path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    /** Reads a file such as config.json. */
    public static ConfigNode read(Path file) throws IOException {
        return parse(file.getFileName().toString(), bounded(file));
    }

    /** Reads a file that is a list of objects. */
    static List<ConfigNode> readList(Path file) throws IOException {
        ConfigNode list = parse(file.getFileName().toString(), "{\"list\": " + bounded(file) + "}");
        List<ConfigNode> nodes = new ArrayList<>();
        for (JsonNode element : list.array("list", "a list of objects")) {
            if (!element.isObject()) {
                throw failure(list.name("list") + "[" + nodes.size() + "]", "an object", describe(element));
            }
            nodes.add(new ConfigNode(list.name("list") + "[" + nodes.size() + "]", element));
        }
        return List.copyOf(nodes);
    }

    private static String bounded(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MAXIMUM_BYTES) {
            throw failure(file.toString(), "at most " + MAXIMUM_BYTES + " bytes", bytes + " bytes");
        }
        return Files.readString(file);
    }

    /** Parses the text of a JSON object; {@code name} leads the paths in error messages. */
    public static ConfigNode parse(String name, String json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            if (!(node instanceof ObjectNode)) {
                throw failure(name, "a JSON object", describe(node));
            }
            return new ConfigNode(name, node);
        } catch (JsonProcessingException e) {
            throw failure(name, "a JSON object", e.getOriginalMessage());
        }
    }

    /** The same object, with the keys of {@code defaults} where it has none of its own. */
    ConfigNode withDefaults(ConfigNode defaults) {
        ObjectNode merged = defaults.object.deepCopy();
        object.properties().stream()
                .filter(entry -> !entry.getValue().isNull())
                .forEach(entry -> merged.set(entry.getKey(), entry.getValue()));
        return new ConfigNode(path, merged);
    }

    /** The keys of the object, in its order. */
    List<String> keys() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Whether the key is there with a value other than null. */
    public boolean has(String key) {
        return object.hasNonNull(key);
    }

    /** The first of several names of one thing that is present, or else the first. */
    public String either(String... keys) {
        for (String key : keys) {
            if (has(key)) {
                return key;
            }
        }
        return keys[0];
    }

    public int integer(String key, int least, int most) {
        return integer(required(key, "an integer"), name(key), least, most);
    }

    public int integer(String key, int least, int most, int otherwise) {
        return has(key) ? integer(key, least, most) : otherwise;
    }

    public double number(String key, double least, double most) {
        return number(required(key, "a number"), name(key), least, most);
    }

    public double number(String key, double least, double most, double otherwise) {
        return has(key) ? number(key, least, most) : otherwise;
    }

    public boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = object.get(key);
        if (!value.isBoolean()) {
            throw failure(name(key), "true or false", describe(value));
        }
        return value.booleanValue();
    }

    public String text(String key) {
        JsonNode value = required(key, "a string");
        if (!value.isTextual()) {
            throw failure(name(key), "a string", describe(value));
        }
        return value.textValue();
    }

    /** A list of integers, or one integer standing for a list of it. */
    public List<Integer> integers(String key, int least, int most) {
        JsonNode value = required(key, "an integer or a list of them");
        if (!value.isArray()) {
            return List.of(integer(value, name(key), least, most));
        }
        List<Integer> values = new ArrayList<>();
        for (JsonNode element : value) {
            values.add(integer(element, name(key) + "[" + values.size() + "]", least, most));
        }
        return List.copyOf(values);
    }

    public List<Double> numbers(String key, double least, double most) {
        List<Double> values = new ArrayList<>();
        for (JsonNode element : array(key, "a list of numbers")) {
            values.add(number(element, name(key) + "[" + values.size() + "]", least, most));
        }
        return List.copyOf(values);
    }

    public List<String> texts(String key) {
        List<String> values = new ArrayList<>();
        for (JsonNode element : array(key, "a list of strings")) {
            if (!element.isTextual()) {
                throw failure(name(key) + "[" + values.size() + "]", "a string", describe(element));
            }
            values.add(element.textValue());
        }
        return List.copyOf(values);
    }

    /** The object under a key, or empty when the key is missing. */
    public Optional<ConfigNode> object(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        JsonNode value = object.get(key);
        if (!value.isObject()) {
            throw failure(name(key), "an object", describe(value));
        }
        return Optional.of(new ConfigNode(name(key), value));
    }

    /** A value of this object that cannot be used for a reason other than its type and bounds. */
    public InvalidModelException unusable(String key, String expected) {
        return failure(name(key), expected, describe(object.get(key)));
    }

    private String name(String key) {
        return path + "." + key;
    }

    private JsonNode required(String key, String expected) {
        if (!has(key)) {
            throw failure(name(key), expected, "nothing");
        }
        return Objects.requireNonNull(object.get(key));
    }

    private JsonNode array(String key, String expected) {
        JsonNode value = required(key, expected);
        if (!value.isArray()) {
            throw failure(name(key), expected, describe(value));
        }
        return value;
    }

    private static int integer(JsonNode value, String name, int least, int most) {
        // 4096.0 is how some converters write 4096.
        boolean whole = value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue());
        if (!whole || value.doubleValue() < least || value.doubleValue() > most) {
            throw failure(name, "an integer from %d to %d".formatted(least, most), describe(value));
        }
        return (int) value.doubleValue();
    }

    private static double number(JsonNode value, String name, double least, double most) {
        if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
            throw failure(name, "a number from %s to %s".formatted(least, most), describe(value));
        }
        return value.doubleValue();
    }

    private static InvalidModelException failure(String where, String expected, String found) {
        return new InvalidModelException(where, "expected %s, found %s".formatted(expected, found));
    }

    private static String describe(@Nullable JsonNode value) {
        if (value == null || value.isMissingNode()) {
            return "nothing";
        }
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
