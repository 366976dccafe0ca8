package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.windlass.engine.grammar.ToolCallFormat.Call;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes rules for outputs that are, or contain, function calls. */
final class ToolRules {
    private static final int MOST_TOOLS = 256;
    /** Mistral's templates take ids of no other length. */
    private static final int ID_LENGTH = 9;

    private final Vocabulary vocabulary;
    private final JsonRules json;
    private final CompileBudget budget = new CompileBudget();
    private final ToolCallFormat format;

    ToolRules(Vocabulary vocabulary, JsonRules json, ToolCallFormat format) {
        this.vocabulary = vocabulary;
        this.json = json;
        this.format = format;
    }

    Rule root(List<ToolSchema> tools, ToolChoice choice, boolean parallel) {
        if (tools.isEmpty() || tools.size() > MOST_TOOLS) {
            throw new GrammarException("tools: expected 1 to %d functions, got %d".formatted(MOST_TOOLS, tools.size()));
        }
        Set<String> names = new HashSet<>();
        for (ToolSchema tool : tools) {
            if (!names.add(tool.name())) {
                throw new GrammarException("tools: two functions are named " + tool.name());
            }
        }
        return switch (choice) {
            case ToolChoice.Auto() -> auto(call(tools, parallel), parallel && !isList());
            case ToolChoice.Required() -> calls(call(tools, parallel), parallel && !isList());
            case ToolChoice.Named(String name) -> {
                List<ToolSchema> named =
                        tools.stream().filter(tool -> tool.name().equals(name)).toList();
                if (named.isEmpty()) {
                    throw new GrammarException("tool_choice: no function is named " + name);
                }
                yield calls(call(named, false), false);
            }
        };
    }

    /** Whether one call of the format may be several calls of functions. */
    private boolean isList() {
        return format.call() instanceof Call.JsonList;
    }

    private Rule call(List<ToolSchema> tools, boolean parallel) {
        return switch (format.call()) {
            case Call.Json keys -> object(tools, keys);
            case Call.JsonList(var keys) -> list(object(tools, keys), parallel);
            case Call.Named named -> named(tools, named);
        };
    }

    /** White space may come first, since some tokenizers write it. */
    private Rule list(Rule element, boolean parallel) {
        var nfa = new Nfa(budget);
        int first = nfa.state();
        nfa.empty(nfa.maybe(nfa.literal(nfa.maybe(0, json.whitespace), "["), json.whitespace), first);
        int after = nfa.maybe(nfa.call(first, element), json.whitespace);
        if (parallel) {
            nfa.empty(nfa.maybe(nfa.literal(after, ","), json.whitespace), first);
        }
        nfa.accept(nfa.literal(after, "]"));
        return nfa.define(new Rule("a list of tool calls"));
    }

    private Rule named(List<ToolSchema> tools, Call.Named markers) {
        var nfa = new Nfa(budget);
        int end = nfa.state();
        for (ToolSchema tool : tools) {
            int name = nfa.literal(0, tool.name());
            int identified = identified(nfa, name, markers.idMarker());
            nfa.empty(name, identified);
            nfa.call(marker(nfa, identified, markers.argumentsMarker()), arguments(tool), end);
        }
        nfa.accept(end);
        return nfa.define(new Rule("a tool call", true, false));
    }

    private int identified(Nfa nfa, int from, String idMarker) {
        int state = marker(nfa, from, idMarker);
        for (int i = 0; i < ID_LENGTH; i++) {
            int next = nfa.state();
            nfa.range(state, '0', '9', next);
            nfa.range(state, 'A', 'Z', next);
            nfa.range(state, 'a', 'z', next);
            state = next;
        }
        return state;
    }

    /** The JSON object of one call. */
    private Rule object(List<ToolSchema> tools, Call.Json keys) {
        var nfa = new Nfa(budget);
        int name = nfa.colon(
                nfa.literal(nfa.maybe(nfa.literal(0, "{"), json.whitespace), JsonLiteral.text(keys.nameKey())));
        int close = nfa.state();
        for (ToolSchema tool : tools) {
            int comma = nfa.literal(nfa.literal(name, JsonLiteral.text(tool.name())), ",");
            int arguments =
                    nfa.colon(nfa.literal(nfa.maybe(comma, json.whitespace), JsonLiteral.text(keys.argumentsKey())));
            nfa.call(arguments, arguments(tool), close);
        }
        nfa.accept(nfa.literal(nfa.maybe(close, json.whitespace), "}"));
        return nfa.define(new Rule("a tool call", true, false));
    }

    private Rule arguments(ToolSchema tool) {
        JsonNode parameters = tool.parameters();
        if (parameters == null) {
            parameters =
                    JsonNodeFactory.instance.objectNode().put("type", "object").put("additionalProperties", false);
        }
        return SchemaCompiler.compile(parameters, "tools/" + tool.name() + "#", json, budget);
    }

    private Rule calls(Rule call, boolean parallel) {
        var nfa = new Nfa(budget);
        writeCalls(nfa, 0, call, parallel);
        return nfa.define(new Rule("the tool calls"));
    }

    private int writeCalls(Nfa nfa, int from, Rule call, boolean parallel) {
        int start = nfa.state();
        nfa.empty(from, start);
        int end = marker(nfa, nfa.call(marker(nfa, start, format.begin()), call), format.end());
        nfa.accept(end);
        if (parallel) {
            nfa.empty(marker(nfa, end, format.separator()), start);
        }
        return end;
    }

    /** Free text that goes over into calls where the text that announces them is complete. */
    private Rule auto(Rule call, boolean parallel) {
        var nfa = new Nfa(budget);
        if (format.begin().isEmpty()) {
            writeCalls(nfa, 0, call, parallel);
            int text = nfa.state();
            nfa.accept(0);
            nfa.accept(text);
            for (int b = 0; b < 256; b++) {
                if (b != '{') {
                    nfa.range(0, b, b, text);
                }
            }
            nfa.range(text, 0, 255, text);
            return nfa.define(new Rule("text or tool calls"));
        }
        int called = nfa.state();
        int text = freeText(nfa, called);
        nfa.empty(0, text);
        String rest = format.begin()
                .substring(format.begin().indexOf(format.trigger())
                        + format.trigger().length());
        int end = marker(nfa, nfa.call(marker(nfa, called, rest), call), format.end());
        nfa.accept(end);
        if (parallel) {
            nfa.empty(marker(nfa, end, format.separator()), text);
            nfa.empty(end, text);
        }
        return nfa.define(new Rule("text with tool calls"));
    }

    /**
     * Any bytes up to the first trigger, each state being how much of it the last bytes are (Knuth, Morris and Pratt).
     *
     * @return where the text starts; it may end anywhere before {@code triggered}
     */
    private int freeText(Nfa nfa, int triggered) {
        byte[] trigger = format.trigger().getBytes(StandardCharsets.UTF_8);
        int[] states = new int[trigger.length + 1];
        for (int i = 0; i < trigger.length; i++) {
            states[i] = nfa.state();
            nfa.accept(states[i]);
        }
        states[trigger.length] = triggered;
        int[] fallback = new int[trigger.length + 1];
        for (int i = 0; i < trigger.length; i++) {
            for (int b = 0; b < 256; b++) {
                nfa.range(states[i], b, b, states[matched(trigger, i, b, fallback)]);
            }
            if (i > 0) {
                fallback[i + 1] = matched(trigger, fallback[i], trigger[i] & 0xff, fallback);
            }
        }
        vocabulary.special(format.trigger()).ifPresent(symbol -> {
            for (int i = 0; i < trigger.length; i++) {
                nfa.range(states[i], symbol, symbol, triggered);
            }
        });
        return states[0];
    }

    private static int matched(byte[] trigger, int length, int next, int[] fallback) {
        int matched = length;
        while (true) {
            if ((trigger[matched] & 0xff) == next) {
                return matched + 1;
            }
            if (matched == 0) {
                return 0;
            }
            matched = fallback[matched];
        }
    }

    /** A fixed text in which special tokens may stand for their names. */
    private int marker(Nfa nfa, int from, String text) {
        int state = from;
        for (int at = 0; at < text.length(); ) {
            String special = vocabulary.specialAt(text, at);
            String piece = special.isEmpty() ? Character.toString(text.codePointAt(at)) : special;
            int next = nfa.literal(state, piece);
            int before = state;
            vocabulary.special(special).ifPresent(symbol -> nfa.range(before, symbol, symbol, next));
            state = next;
            at += piece.length();
        }
        return state;
    }
}
