package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Iterator;
import java.util.Map;

/** Writes one JSON value into an automaton, with the white space that grammars allow between its parts. */
final class JsonLiteral {
    private final Nfa nfa;
    private final JsonRules json;

    JsonLiteral(Nfa nfa, JsonRules json) {
        this.nfa = nfa;
        this.json = json;
    }

    /** A string in quotes, in its canonical spelling. */
    static String text(String value) {
        return TextNode.valueOf(value).toString();
    }

    int write(int from, JsonNode value) {
        if (value.isObject() && !value.isEmpty()) {
            int state = nfa.literal(from, "{");
            for (Iterator<Map.Entry<String, JsonNode>> i = value.properties().iterator(); i.hasNext(); ) {
                Map.Entry<String, JsonNode> field = i.next();
                int name = nfa.literal(nfa.maybe(state, json.whitespace), text(field.getKey()));
                state = write(nfa.colon(name), field.getValue());
                if (i.hasNext()) {
                    state = nfa.literal(state, ",");
                }
            }
            return nfa.literal(nfa.maybe(state, json.whitespace), "}");
        }
        if (value.isArray() && !value.isEmpty()) {
            int state = nfa.literal(from, "[");
            for (int i = 0; i < value.size(); i++) {
                state = write(nfa.maybe(i == 0 ? state : nfa.literal(state, ","), json.whitespace), value.get(i));
            }
            return nfa.literal(nfa.maybe(state, json.whitespace), "]");
        }
        return nfa.literal(from, value.toString());
    }

    /** Whether two values are the same to JSON Schema, for which 1 and 1.0 are. */
    static boolean same(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        if (a.isArray() && b.isArray() && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) {
                if (!same(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (a.isObject() && b.isObject() && a.size() == b.size()) {
            for (Iterator<Map.Entry<String, JsonNode>> i = a.properties().iterator(); i.hasNext(); ) {
                Map.Entry<String, JsonNode> field = i.next();
                JsonNode other = b.get(field.getKey());
                if (other == null || !same(field.getValue(), other)) {
                    return false;
                }
            }
            return true;
        }
        return a.equals(b);
    }
}
