package dev.windlass.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One JSON object of a request, read field by field. A field that is null counts as absent; one of the wrong type or out
 * of its range is refused by name, in the words OpenAI's API uses.
 *
 * @param path where the object stands in the body, empty for the body itself
 */
public record Fields(ObjectNode node, String path) {

    /** The field's full name, as errors give it. */
    public String name(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    /** The field's value, unless absent or null. */
    public Optional<JsonNode> value(String field) {
        return Optional.ofNullable(node.get(field)).filter(value -> !value.isNull());
    }

    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    public Optional<String> text(String field) {
        return value(field).map(value -> text(value, name(field)));
    }

    public String requiredText(String field) {
        return text(field).orElseThrow(() -> missing(field));
    }

    public boolean flag(String field, boolean absent) {
        var value = value(field);
        if (value.isEmpty()) {
            return absent;
        }
        if (!value.get().isBoolean()) {
            throw wrongType(name(field), "a boolean", value.get());
        }
        return value.get().booleanValue();
    }

    public OptionalInt integer(String field, int least, int most) {
        var value = integer(field, (long) least, (long) most);
        return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
    }

    public OptionalLong integer(String field, long least, long most) {
        var value = value(field);
        return value.isPresent()
                ? OptionalLong.of(integer(value.get(), name(field), least, most))
                : OptionalLong.empty();
    }

    public OptionalDouble number(String field, double least, double most) {
        var value = value(field);
        return value.isPresent()
                ? OptionalDouble.of(number(value.get(), name(field), least, most))
                : OptionalDouble.empty();
    }

    public Optional<Fields> object(String field) {
        return value(field).map(value -> object(value, name(field)));
    }

    public Optional<ArrayNode> array(String field) {
        return value(field).map(value -> {
            if (value instanceof ArrayNode array) {
                return array;
            }
            throw wrongType(name(field), "an array", value);
        });
    }

    /** A list of objects, empty when absent. */
    public List<Fields> objects(String field) {
        var array = array(field);
        if (array.isEmpty()) {
            return List.of();
        }
        var list = new ArrayList<Fields>(array.get().size());
        for (int i = 0; i < array.get().size(); i++) {
            list.add(object(array.get().get(i), name(field) + "[" + i + "]"));
        }
        return list;
    }

    /** A list of strings, which may be given as one string; empty when absent. */
    public List<String> texts(String field, int most) {
        var value = value(field);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get().isTextual()) {
            return List.of(text(value.get(), name(field)));
        }
        if (!(value.get() instanceof ArrayNode array)) {
            throw wrongType(name(field), "a string or an array of strings", value.get());
        }
        if (array.size() > most) {
            throw ApiException.invalid(
                    400,
                    name(field),
                    "array_above_max_length",
                    "Invalid '%s': array too long. Expected an array with maximum length %d, but got an array with length %d instead."
                            .formatted(name(field), most, array.size()));
        }
        var list = new ArrayList<String>(array.size());
        for (int i = 0; i < array.size(); i++) {
            list.add(text(array.get(i), name(field) + "[" + i + "]"));
        }
        return list;
    }

    public ApiException missing(String field) {
        return ApiException.invalid(
                400, name(field), "missing_required_parameter", "Missing required parameter: '" + name(field) + "'.");
    }

    public static Fields object(JsonNode value, String name) {
        if (value instanceof ObjectNode object) {
            return new Fields(object, name);
        }
        throw wrongType(name, "an object", value);
    }

    /** A string without half characters, which no tokenizer could encode. */
    public static String text(JsonNode value, String name) {
        if (!value.isTextual()) {
            throw wrongType(name, "a string", value);
        }
        String text = value.textValue();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                throw ApiException.badValue(
                        name,
                        "Invalid '%s': the string holds half a character (\\u%04x) at index %d."
                                .formatted(name, (int) unit, i));
            }
        }
        return text;
    }

    public static long integer(JsonNode value, String name, long least, long most) {
        boolean whole =
                value.isIntegralNumber() || (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue()));
        if (!whole) {
            throw wrongType(name, "an integer", value);
        }
        if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
            boolean low = value.doubleValue() < least;
            throw outOfRange("integer", name, low, low ? Long.toString(least) : Long.toString(most), value);
        }
        return value.longValue();
    }

    public static double number(JsonNode value, String name, double least, double most) {
        if (!value.isNumber()) {
            throw wrongType(name, "a decimal", value);
        }
        double number = value.doubleValue();
        if (!(number >= least && number <= most)) {
            boolean low = number < least;
            throw outOfRange("decimal", name, low, plain(low ? least : most), value);
        }
        return number;
    }

    public static ApiException wrongType(String name, String expected, JsonNode found) {
        return ApiException.invalid(
                400,
                name,
                "invalid_type",
                "Invalid type for '%s': expected %s, but got %s instead.".formatted(name, expected, kind(found)));
    }

    private static ApiException outOfRange(String kind, String name, boolean low, String bound, JsonNode found) {
        String shown = found.asText();
        return ApiException.invalid(
                400,
                name,
                kind + (low ? "_below_min_value" : "_above_max_value"),
                "Invalid '%s': %s %s value. Expected a value %s %s, but got %s instead."
                        .formatted(
                                name,
                                kind,
                                low ? "below minimum" : "above maximum",
                                low ? ">=" : "<=",
                                bound,
                                shown.length() <= 40 ? shown : shown.substring(0, 40) + "…"));
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : String.format(Locale.ROOT, "%s", bound);
    }

    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a boolean";
            case NUMBER -> node.isIntegralNumber() ? "an integer" : "a decimal";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "nothing";
        };
    }
}
