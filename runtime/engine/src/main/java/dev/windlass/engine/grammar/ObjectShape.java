package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What several schemas together ask of an object.
 *
 * @param properties by name, in the order in which they are written
 * @param additional what other properties must be; empty means that they may be anything
 * @param isOpen whether there may be other properties
 */
record ObjectShape(
        Map<String, List<SchemaPart>> properties,
        Set<String> required,
        List<SchemaPart> additional,
        boolean isOpen,
        boolean isFree,
        SchemaPart at) {

    static ObjectShape of(List<SchemaPart> parts) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> required = new LinkedHashSet<>();
        boolean lists = false;
        boolean says = false;
        boolean open = true;
        for (SchemaPart part : parts) {
            JsonNode properties = part.node().get("properties");
            if (properties != null) {
                if (!properties.isObject()) {
                    throw part.refuse("properties", "must be an object of schemas");
                }
                properties.fieldNames().forEachRemaining(names::add);
                lists = true;
            }
            readRequired(part, required);
            JsonNode additional = part.node().get("additionalProperties");
            says |= additional != null && !isFalse(additional);
            open &= !isFalse(additional) && !isFalse(part.node().get("unevaluatedProperties"));
        }
        // As other servers do: a schema that lists properties and says nothing of others has no others.
        open &= says || !lists;
        names.addAll(required);
        Map<String, List<SchemaPart>> properties = new LinkedHashMap<>();
        for (String name : names) {
            properties.put(name, property(parts, name));
        }
        List<SchemaPart> additional = new ArrayList<>();
        for (SchemaPart part : parts) {
            if (part.node().has("additionalProperties")) {
                additional.add(part.child("additionalProperties"));
            }
        }
        var shape = new ObjectShape(
                properties,
                required,
                additional,
                open,
                open && names.isEmpty() && additional.isEmpty(),
                parts.getFirst());
        for (SchemaPart part : parts) {
            shape.checkCounts(part);
        }
        return shape;
    }

    private static boolean isFalse(@Nullable JsonNode node) {
        return node != null && node.isBoolean() && !node.booleanValue();
    }

    private static void readRequired(SchemaPart part, Set<String> required) {
        JsonNode names = part.node().get("required");
        if (names == null || names.isBoolean()) {
            // Draft 3 wrote a boolean beside each property; it means nothing here.
            if (names != null) {
                throw part.refuse("required", "must be a list of names");
            }
            return;
        }
        if (!names.isArray()) {
            throw part.refuse("required", "must be a list of names");
        }
        for (JsonNode name : names) {
            if (!name.isTextual()) {
                throw part.refuse("required", "must be a list of names");
            }
            required.add(name.textValue());
        }
    }

    private static List<SchemaPart> property(List<SchemaPart> parts, String name) {
        var schemas = new ArrayList<SchemaPart>();
        for (SchemaPart part : parts) {
            JsonNode declared = part.node().path("properties").get(name);
            if (declared != null) {
                schemas.add(new SchemaPart(declared, part.pointer() + "/properties/" + SchemaDocument.escaped(name)));
            } else if (part.node().has("additionalProperties")) {
                schemas.add(part.child("additionalProperties"));
            }
        }
        return schemas;
    }

    private void checkCounts(SchemaPart part) {
        if (part.integer("minProperties", 0) > required.size()) {
            throw part.refuse("minProperties", "is supported only up to the number of required properties");
        }
        if (part.node().has("maxProperties") && (isOpen || part.integer("maxProperties", 0) < properties.size())) {
            throw part.refuse(
                    "maxProperties", "is supported only where the listed properties are all there can be and fewer");
        }
    }

    /**
     * Writes the object from the start of a rule to its end: the properties in their order, and then others.
     *
     * @param compiler gives the rules of the properties' values
     */
    void write(Nfa nfa, SchemaCompiler compiler, JsonRules json) {
        int close = nfa.state();
        List<String> names = List.copyOf(properties.keySet());
        // Member i is one of the properties from i on, or another; after it stands the place after i.
        int count = names.size();
        int[] member = new int[count + 1];
        int[] after = new int[count + 1];
        for (int i = 0; i <= count; i++) {
            member[i] = nfa.state();
            after[i] = nfa.state();
            nfa.empty(nfa.maybe(nfa.literal(after[i], ","), json.whitespace), member[i]);
        }
        int beforeClose = nfa.state();
        nfa.empty(nfa.maybe(beforeClose, json.whitespace), close);
        int first = nfa.maybe(nfa.literal(0, "{"), json.whitespace);
        nfa.empty(first, member[0]);
        boolean optional = true;
        for (int i = count; i >= 0; i--) {
            if (i < count) {
                optional &= !required.contains(names.get(i));
            }
            if (optional) {
                nfa.empty(after[i], beforeClose);
            }
        }
        if (optional) {
            nfa.empty(first, close);
        }
        for (int i = 0; i < count; i++) {
            String name = names.get(i);
            int value = nfa.colon(nfa.literal(member[i], JsonLiteral.text(name)));
            nfa.call(
                    value,
                    compiler.rule(properties.get(name) == null ? List.of() : properties.get(name)),
                    after[i + 1]);
            if (!required.contains(name)) {
                nfa.empty(member[i], member[i + 1]);
            }
        }
        if (isOpen) {
            int value = nfa.colon(otherName(nfa, member[count]));
            nfa.call(value, compiler.rule(additional), after[count]);
        }
        nfa.accept(nfa.literal(close, "}"));
    }

    /** A name in quotes that is none of the properties', each character in its canonical spelling. */
    private int otherName(Nfa nfa, int from) {
        var encoding = new CharacterEncoding(nfa);
        int end = nfa.state();
        int other = nfa.state();
        encoding.anyCharacter(other, other);
        nfa.literal(other, "\"", end);
        writeOthers(new NameTree(properties.keySet()), nfa.literal(from, "\""), nfa, encoding, other, end);
        return end;
    }

    private static void writeOthers(NameTree tree, int state, Nfa nfa, CharacterEncoding encoding, int other, int end) {
        if (!tree.isName) {
            nfa.literal(state, "\"", end);
        }
        int from = 0;
        for (int c : tree.children.keySet().stream().sorted().toList()) {
            if (c > from) {
                encoding.escaped(state, from, c - 1, other);
            }
            from = c + 1;
        }
        encoding.escaped(state, from, CharacterEncoding.LAST, other);
        tree.children.forEach((c, child) -> {
            int next = nfa.state();
            encoding.escaped(state, c, c, next);
            writeOthers(child, next, nfa, encoding, other, end);
        });
    }

    private static final class NameTree {
        private final Map<Integer, NameTree> children = new HashMap<>();
        private boolean isName;

        private NameTree() {}

        NameTree(Set<String> names) {
            for (String name : names) {
                NameTree at = this;
                for (int c : name.codePoints().toArray()) {
                    at = at.children.computeIfAbsent(c, key -> new NameTree());
                }
                at.isName = true;
            }
        }
    }
}
