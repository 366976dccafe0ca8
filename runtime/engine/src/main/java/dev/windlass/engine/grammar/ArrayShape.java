package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What several schemas together ask of an array.
 *
 * @param prefix the schemas of the first elements
 * @param rest the schemas of all further elements; empty means that they may be anything
 * @param most how many elements there may be
 */
record ArrayShape(List<List<SchemaPart>> prefix, List<SchemaPart> rest, int least, int most, SchemaPart at) {
    private static final int UNBOUNDED = Integer.MAX_VALUE;
    private static final int LONGEST = 4096;

    static ArrayShape of(List<SchemaPart> parts) {
        int least = 0;
        int most = UNBOUNDED;
        int prefixLength = 0;
        for (SchemaPart part : parts) {
            least = Math.max(least, part.integer("minItems", 0));
            most = Math.min(most, part.integer("maxItems", UNBOUNDED));
            prefixLength = Math.max(prefixLength, prefixOf(part).size());
            // As with properties: a schema that lists the first elements and says nothing of others has no others.
            if (!prefixOf(part).isEmpty() && !part.node().has(restKeyword(part))) {
                most = Math.min(most, prefixOf(part).size());
            }
            JsonNode rest = part.node().get(restKeyword(part));
            if (rest != null && rest.isBoolean() && !rest.booleanValue()) {
                most = Math.min(most, prefixOf(part).size());
            }
        }
        var prefix = new ArrayList<List<SchemaPart>>();
        for (int i = 0; i < prefixLength; i++) {
            prefix.add(element(parts, i));
        }
        var shape = new ArrayShape(prefix, element(parts, UNBOUNDED), least, most, parts.getFirst());
        if (least > LONGEST || (most != UNBOUNDED && most > LONGEST)) {
            throw shape.at.refuse(least > LONGEST ? "minItems" : "maxItems", "must be at most " + LONGEST);
        }
        return shape;
    }

    /** Since draft 2020-12 the first elements are prefixItems and the rest items; before, items and additionalItems. */
    private static List<SchemaPart> prefixOf(SchemaPart part) {
        return part.list(isOld(part) ? "items" : "prefixItems");
    }

    private static String restKeyword(SchemaPart part) {
        return isOld(part) ? "additionalItems" : "items";
    }

    private static boolean isOld(SchemaPart part) {
        return part.node().path("items").isArray();
    }

    private static List<SchemaPart> element(List<SchemaPart> parts, int index) {
        var schemas = new ArrayList<SchemaPart>();
        for (SchemaPart part : parts) {
            List<SchemaPart> prefix = prefixOf(part);
            if (index < prefix.size()) {
                schemas.add(prefix.get(index));
            } else if (part.node().has(restKeyword(part))) {
                schemas.add(part.child(restKeyword(part)));
            }
        }
        return schemas;
    }

    boolean isFree() {
        return prefix.isEmpty() && rest.isEmpty() && least == 0 && most == UNBOUNDED;
    }

    /** Writes the array from the start of a rule to its end. */
    void write(Nfa nfa, SchemaCompiler compiler, JsonRules json) {
        int first = nfa.maybe(nfa.literal(0, "["), json.whitespace);
        int close = nfa.state();
        int beforeClose = nfa.state();
        nfa.empty(nfa.maybe(beforeClose, json.whitespace), close);
        if (least == 0) {
            nfa.empty(first, close);
        }
        int element = first;
        boolean bounded = most != UNBOUNDED;
        int written = bounded ? most : Math.max(Math.max(prefix.size(), least), 1);
        for (int i = 0; i < written; i++) {
            Rule rule = compiler.rule(i < prefix.size() ? prefix.get(i) : rest);
            int after = nfa.call(element, rule);
            if (i + 1 >= least) {
                nfa.empty(after, beforeClose);
            }
            element = nfa.maybe(nfa.literal(after, ","), json.whitespace);
            if (i == written - 1 && !bounded) {
                nfa.call(element, compiler.rule(rest), after);
            }
        }
        nfa.accept(nfa.literal(close, "]"));
    }
}
