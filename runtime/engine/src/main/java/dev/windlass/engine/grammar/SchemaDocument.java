package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A whole schema: what references in it point to, and bounds on what is accepted at all. */
final class SchemaDocument {
    private static final int LARGEST = 64 * 1024;
    private static final int DEEPEST = 64;
    private static final int MOST_DIGITS = 400;

    private final JsonNode root;
    private final String name;

    /**
     * @param name what the pointers in messages begin with
     * @throws GrammarException if the schema is too large
     */
    SchemaDocument(JsonNode root, String name) {
        this.root = root;
        this.name = name;
        checkParts(root, 0);
        int size = root.toString().length();
        if (size > LARGEST) {
            throw new GrammarException("schema: expected at most %d characters, got %d".formatted(LARGEST, size));
        }
    }

    private static void checkParts(JsonNode node, int depth) {
        if (depth > DEEPEST) {
            throw new GrammarException("schema: nested deeper than " + DEEPEST);
        }
        if (node.isNumber() && !isOrdinary(node)) {
            throw new GrammarException("schema: a number is too large or too precise: " + shown(node));
        }
        for (JsonNode child : node) {
            checkParts(child, depth + 1);
        }
    }

    /** Whether a number can be computed with at little cost, however its digits and exponent were chosen. */
    private static boolean isOrdinary(JsonNode number) {
        if (number.isFloatingPointNumber() && !number.isBigDecimal()) {
            return Double.isFinite(number.doubleValue());
        }
        BigDecimal value = number.decimalValue();
        return Math.abs((long) value.scale()) <= MOST_DIGITS && value.precision() <= MOST_DIGITS;
    }

    SchemaPart root() {
        return new SchemaPart(root, name);
    }

    /**
     * Follows references and takes apart {@code allOf}, until all that must hold stands side by side.
     *
     * @return no parts if everything is allowed
     */
    Parts flatten(List<SchemaPart> parts) {
        Map<String, SchemaPart> flat = new LinkedHashMap<>();
        var open = new ArrayList<>(parts);
        boolean impossible = false;
        for (int i = 0; i < open.size(); i++) {
            SchemaPart part = open.get(i);
            if (part.node().isBoolean()) {
                impossible |= !part.node().booleanValue();
                continue;
            }
            if (!part.node().isObject()) {
                throw new GrammarException("schema at %s: expected an object or a boolean, found %s"
                        .formatted(part.pointer(), shown(part.node())));
            }
            if (flat.putIfAbsent(part.key(), part) != null) {
                continue;
            }
            part.checkKeywords();
            if (part.node().has("$ref")) {
                open.add(resolve(part));
            }
            open.addAll(part.list("allOf"));
        }
        return new Parts(List.copyOf(flat.values()), impossible);
    }

    /** Schemas that must all hold, or no value at all. */
    record Parts(List<SchemaPart> parts, boolean impossible) {}

    private SchemaPart resolve(SchemaPart part) {
        String reference = part.text("$ref").orElseThrow();
        if (!reference.equals("#") && !reference.startsWith("#/")) {
            throw part.refuse("$ref", "must point into the same schema (#/…), not to " + reference);
        }
        JsonNode target = root;
        String decoded = decoded(part, reference.substring(1));
        String pointer = name;
        if (!decoded.isEmpty()) {
            for (String escaped : decoded.substring(1).split("/", -1)) {
                String step = escaped.replace("~1", "/").replace("~0", "~");
                JsonNode next = target.isArray() && step.matches("[0-9]{1,9}")
                        ? target.get(Integer.parseInt(step))
                        : target.get(step);
                if (next == null) {
                    throw part.refuse("$ref", "points to nothing: " + reference);
                }
                target = next;
                pointer += "/" + escaped;
            }
        }
        return new SchemaPart(target, pointer);
    }

    /** Undoes the percent-encoding of a URI's fragment (RFC 6901, section 6). */
    private static String decoded(SchemaPart part, String fragment) {
        var bytes = new ByteArrayOutputStream();
        byte[] utf8 = fragment.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < utf8.length; i++) {
            if (utf8[i] != '%') {
                bytes.write(utf8[i]);
                continue;
            }
            int high = i + 2 < utf8.length ? Character.digit(utf8[i + 1], 16) : -1;
            int low = i + 2 < utf8.length ? Character.digit(utf8[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw part.refuse("$ref", "is malformed: #" + fragment);
            }
            bytes.write(high * 16 + low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    static String escaped(String property) {
        return property.replace("~", "~0").replace("/", "~1");
    }

    /** A value in a message. */
    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
