package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One schema object of a document, with its place, and its keywords read as what they have to be.
 *
 * @param chosen whether a branch of its {@code anyOf} or {@code oneOf} was chosen already, so that they count no more
 */
record SchemaPart(JsonNode node, String pointer, boolean chosen) {
    private static final Set<String> UNDERSTOOD = Set.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "prefixItems",
            "additionalItems",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "enum",
            "const",
            "anyOf",
            "oneOf",
            "allOf",
            "$ref",
            "$defs",
            "definitions",
            "minLength",
            "maxLength",
            "pattern",
            "format",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "nullable",
            "uniqueItems",
            "unevaluatedProperties",
            "unevaluatedItems");
    private static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "example",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$schema",
            "$id",
            "$comment",
            "$anchor",
            "$vocabulary",
            "contentMediaType",
            "contentEncoding",
            "discriminator",
            "externalDocs",
            "xml",
            "strict",
            "name");
    private static final Map<String, JsonType> TYPE_OF_KEYWORD = Map.ofEntries(
            Map.entry("properties", JsonType.OBJECT),
            Map.entry("required", JsonType.OBJECT),
            Map.entry("additionalProperties", JsonType.OBJECT),
            Map.entry("minProperties", JsonType.OBJECT),
            Map.entry("maxProperties", JsonType.OBJECT),
            Map.entry("unevaluatedProperties", JsonType.OBJECT),
            Map.entry("items", JsonType.ARRAY),
            Map.entry("prefixItems", JsonType.ARRAY),
            Map.entry("minItems", JsonType.ARRAY),
            Map.entry("maxItems", JsonType.ARRAY),
            Map.entry("unevaluatedItems", JsonType.ARRAY),
            Map.entry("minLength", JsonType.STRING),
            Map.entry("maxLength", JsonType.STRING),
            Map.entry("pattern", JsonType.STRING),
            Map.entry("minimum", JsonType.NUMBER),
            Map.entry("maximum", JsonType.NUMBER),
            Map.entry("exclusiveMinimum", JsonType.NUMBER),
            Map.entry("exclusiveMaximum", JsonType.NUMBER),
            Map.entry("multipleOf", JsonType.NUMBER));

    SchemaPart(JsonNode node, String pointer) {
        this(node, pointer, false);
    }

    /** Names the part in the set of parts that a rule is made of. */
    String key() {
        return chosen ? pointer + " chosen" : pointer;
    }

    SchemaPart withBranchChosen() {
        return new SchemaPart(node, pointer, true);
    }

    /** Refuses keywords that constrain and are not understood. */
    void checkKeywords() {
        for (String keyword : (Iterable<String>) node::fieldNames) {
            if (!UNDERSTOOD.contains(keyword) && !ANNOTATIONS.contains(keyword) && !keyword.startsWith("x-")) {
                throw refuse(keyword, "is not supported");
            }
        }
        if (node.path("uniqueItems").asBoolean(false) && !(integer("maxItems", Integer.MAX_VALUE) <= 1)) {
            throw refuse("uniqueItems", "is not supported");
        }
        for (String keyword : List.of("unevaluatedProperties", "unevaluatedItems")) {
            if (node.has(keyword) && !node.get(keyword).isBoolean()) {
                throw refuse(keyword, "is supported only as true or false");
            }
        }
    }

    /** Whether the part says nothing but which branches there are. */
    boolean onlyBranches() {
        for (String keyword : (Iterable<String>) node::fieldNames) {
            boolean branches = keyword.equals("anyOf") || keyword.equals("oneOf");
            if (!branches
                    && UNDERSTOOD.contains(keyword)
                    && !keyword.equals("$defs")
                    && !keyword.equals("definitions")) {
                return false;
            }
        }
        return true;
    }

    GrammarException refuse(String keyword, String why) {
        return new GrammarException("schema at %s: %s %s".formatted(pointer, keyword, why));
    }

    SchemaPart child(String keyword) {
        return new SchemaPart(node.get(keyword), pointer + "/" + keyword);
    }

    /** The schemas of a keyword whose value is a list of schemas; empty where it is absent. */
    List<SchemaPart> list(String keyword) {
        JsonNode value = node.get(keyword);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || (value.isEmpty() && !keyword.equals("prefixItems") && !keyword.equals("items"))) {
            throw refuse(keyword, "must be a list of schemas");
        }
        var parts = new ArrayList<SchemaPart>();
        for (int i = 0; i < value.size(); i++) {
            parts.add(new SchemaPart(value.get(i), pointer + "/" + keyword + "/" + i));
        }
        return parts;
    }

    /** The types the part names; empty where it names none. */
    Optional<EnumSet<JsonType>> types() {
        JsonNode type = node.get("type");
        if (type == null) {
            return Optional.empty();
        }
        var types = EnumSet.noneOf(JsonType.class);
        if (type.isArray() && !type.isEmpty()) {
            for (JsonNode one : type) {
                types.addAll(typesNamed(one));
            }
        } else {
            types.addAll(typesNamed(type));
        }
        if (node.path("nullable").asBoolean(false)) {
            types.add(JsonType.NULL);
        }
        return Optional.of(types);
    }

    private EnumSet<JsonType> typesNamed(JsonNode name) {
        for (JsonType type : JsonType.values()) {
            if (name.isTextual() && name.textValue().equals(type.name().toLowerCase(Locale.ROOT))) {
                return type == JsonType.NUMBER ? EnumSet.of(JsonType.NUMBER, JsonType.INTEGER) : EnumSet.of(type);
            }
        }
        throw refuse(
                "type",
                "must be one of or a list of null, boolean, object, array, string, number, integer, not "
                        + SchemaDocument.shown(name));
    }

    /** The types that the part's keywords speak of. */
    EnumSet<JsonType> impliedTypes() {
        var types = EnumSet.noneOf(JsonType.class);
        for (String keyword : (Iterable<String>) node::fieldNames) {
            JsonType type = TYPE_OF_KEYWORD.get(keyword);
            if (type != null) {
                types.add(type);
            }
        }
        if (node.has("format")) {
            types.add(StringFormats.isNumeric(node.get("format").asText()) ? JsonType.NUMBER : JsonType.STRING);
        }
        if (types.contains(JsonType.NUMBER)) {
            types.add(JsonType.INTEGER);
        }
        return types;
    }

    int integer(String keyword, int absent) {
        JsonNode value = node.get(keyword);
        if (value == null) {
            return absent;
        }
        if (!value.isNumber()
                || value.decimalValue().stripTrailingZeros().scale() > 0
                || value.decimalValue().signum() < 0) {
            throw refuse(keyword, "must be a whole number that is not negative, not " + SchemaDocument.shown(value));
        }
        return value.decimalValue().min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue();
    }

    Optional<BigDecimal> decimal(String keyword) {
        JsonNode value = node.get(keyword);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isNumber()) {
            throw refuse(keyword, "must be a number, not " + SchemaDocument.shown(value));
        }
        BigDecimal decimal = value.decimalValue();
        if (Math.abs((long) decimal.precision() - decimal.scale()) > 40 || Math.abs((long) decimal.scale()) > 40) {
            throw refuse(keyword, "must have at most 40 digits before and after the point");
        }
        return Optional.of(decimal);
    }

    Optional<String> text(String keyword) {
        JsonNode value = node.get(keyword);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw refuse(keyword, "must be a string, not " + SchemaDocument.shown(value));
        }
        return Optional.of(value.textValue());
    }
}
