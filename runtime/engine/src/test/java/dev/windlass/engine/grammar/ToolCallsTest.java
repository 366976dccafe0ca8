package dev.windlass.engine.grammar;

import static dev.windlass.engine.grammar.JsonSchemaTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ToolCallsTest {
    private static final String WEATHER =
            "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>";
    private static final String CLOCK = "<tool_call>\n{\"name\": \"clock\", \"arguments\": {}}\n</tool_call>";

    private final ListedTokenizer tokenizer = ListedTokenizer.ofMerges();
    private final GrammarCompiler compiler = new GrammarCompiler(tokenizer);
    private final List<ToolSchema> tools = List.of(
            new ToolSchema(
                    "weather",
                    json(
                            "{'type':'object','properties':{'city':{'type':'string'}},'required':['city'],'additionalProperties':false}")),
            new ToolSchema("clock", null));

    private Grammar grammar(ToolChoice choice, boolean parallel) {
        return compiler.toolCalls(ToolCallFormat.HERMES, tools, choice, parallel);
    }

    private boolean allows(Grammar grammar, String text) {
        return Walks.allows(grammar, tokenizer, text);
    }

    @Test
    void aNamedFunctionIsCalledOnce() {
        Grammar grammar = grammar(new ToolChoice.Named("weather"), true);
        assertThat(allows(grammar, WEATHER)).isTrue();
        assertThat(allows(grammar, CLOCK)).isFalse();
        assertThat(allows(grammar, WEATHER + "\n" + WEATHER)).isFalse();
        assertThat(allows(grammar, "")).isFalse();
    }

    @Test
    void requiredCallsAreOneOrMore() {
        Grammar grammar = grammar(new ToolChoice.Required(), true);
        assertThat(allows(grammar, CLOCK)).isTrue();
        assertThat(allows(grammar, WEATHER + "\n" + CLOCK)).isTrue();
        assertThat(allows(grammar, "text")).isFalse();
        assertThat(allows(grammar(new ToolChoice.Required(), false), CLOCK + "\n" + CLOCK))
                .isFalse();
    }

    @Test
    void textGoesOverIntoCallsAtTheTrigger() {
        Grammar grammar = grammar(new ToolChoice.Auto(), true);
        assertThat(allows(grammar, "")).isTrue();
        assertThat(allows(grammar, "Just text, <tool <<tool_cal> {\"a\": }")).isTrue();
        assertThat(allows(grammar, "Let me see.\n" + WEATHER + "\n" + CLOCK)).isTrue();
        assertThat(Walks.allowsPrefix(grammar, "Let me see. <tool_call>\n{\"name\": \"x"))
                .isFalse();
        assertThat(Walks.allowsPrefix(grammar, "<<tool_call>{")).isFalse();
        assertThat(Walks.allowsPrefix(grammar(new ToolChoice.Auto(), false), WEATHER + "\n"))
                .isFalse();
        for (int seed = 0; seed < 20; seed++) {
            MaskOracle.check(grammar, tokenizer, new Random(seed), 40);
        }
    }

    @Test
    void markersMayBeSpecialTokens() {
        ListedTokenizer special = ListedTokenizer.ofMerges("<tool_call>", "</tool_call>", "<other>");
        Grammar grammar =
                new GrammarCompiler(special).toolCalls(ToolCallFormat.HERMES, tools, new ToolChoice.Auto(), false);
        int begin = special.end() - 3;
        TokenConstraint constraint = grammar.start();
        assertThat(Walks.isAllowed(constraint, begin)).isTrue();
        assertThat(Walks.isAllowed(constraint, begin + 1)).isFalse();
        assertThat(Walks.isAllowed(constraint, begin + 2)).isFalse();
        constraint.accept(begin);
        for (byte b : "\n{\"name\": \"clock\", \"arguments\": {}}\n".getBytes(StandardCharsets.UTF_8)) {
            assertThat(Walks.isAllowed(constraint, begin)).isFalse();
            constraint.accept(b);
        }
        constraint.accept(begin + 1);
        assertThat(Walks.allowed(constraint)).containsExactly(special.end());
    }

    @Test
    void bareJsonIsACallAndAnythingElseIsText() {
        Grammar grammar = compiler.toolCalls(ToolCallFormat.LLAMA3, tools, new ToolChoice.Auto(), true);
        assertThat(allows(grammar, "{\"name\": \"clock\", \"parameters\": {}}")).isTrue();
        assertThat(allows(grammar, "text {")).isTrue();
        assertThat(Walks.allowsPrefix(grammar, "{\"nome")).isFalse();
    }

    @Test
    void aListHoldsOneCallOrMore() {
        String clock = "{\"name\": \"clock\", \"arguments\": {}}";
        Grammar grammar = compiler.toolCalls(ToolCallFormat.MISTRAL_LIST, tools, new ToolChoice.Auto(), true);
        assertThat(allows(grammar, "Just [text].")).isTrue();
        assertThat(allows(grammar, "Let me see.[TOOL_CALLS][" + clock + "]")).isTrue();
        assertThat(allows(grammar, "[TOOL_CALLS] [" + clock + ", " + clock + "]"))
                .isTrue();
        assertThat(Walks.allowsPrefix(grammar, "[TOOL_CALLS][]")).isFalse();
        assertThat(Walks.allowsPrefix(grammar, "[TOOL_CALLS][" + clock + "] and"))
                .isFalse();
        Grammar single = compiler.toolCalls(ToolCallFormat.MISTRAL_LIST, tools, new ToolChoice.Required(), false);
        assertThat(allows(single, "[TOOL_CALLS][" + clock + "]")).isTrue();
        assertThat(allows(single, "text")).isFalse();
        assertThat(Walks.allowsPrefix(single, "[TOOL_CALLS][" + clock + ",")).isFalse();
        for (int seed = 0; seed < 20; seed++) {
            MaskOracle.check(grammar, tokenizer, new Random(seed), 40);
        }
    }

    @Test
    void bareNamesStandBeforeTheirArguments() {
        String weather = "[TOOL_CALLS]weather[ARGS]{\"city\": \"Oslo\"}";
        Grammar grammar = compiler.toolCalls(ToolCallFormat.MISTRAL, tools, new ToolChoice.Auto(), true);
        assertThat(allows(grammar, "Just text.")).isTrue();
        assertThat(allows(grammar, "Let me see." + weather + "[TOOL_CALLS]clock[CALL_ID]a1B2c3D4e[ARGS]{}"))
                .isTrue();
        assertThat(Walks.allowsPrefix(grammar, "[TOOL_CALLS]clock[CALL_ID]a1[")).isFalse();
        assertThat(Walks.allowsPrefix(grammar, "[TOOL_CALLS]nobody")).isFalse();
        Grammar named = compiler.toolCalls(ToolCallFormat.MISTRAL, tools, new ToolChoice.Named("weather"), true);
        assertThat(allows(named, weather)).isTrue();
        assertThat(Walks.allowsPrefix(named, "[TOOL_CALLS]clock")).isFalse();
        assertThat(Walks.allowsPrefix(named, weather + "[")).isFalse();
    }

    @Test
    void namesAndArgumentsMayBeApartBySpecialTokens() {
        ListedTokenizer special = ListedTokenizer.ofMerges("[TOOL_CALLS]", "[ARGS]");
        Grammar grammar =
                new GrammarCompiler(special).toolCalls(ToolCallFormat.MISTRAL, tools, new ToolChoice.Auto(), false);
        int begin = special.end() - 2;
        TokenConstraint constraint = grammar.start();
        constraint.accept(begin);
        for (byte b : "clock".getBytes(StandardCharsets.UTF_8)) {
            assertThat(Walks.isAllowed(constraint, begin + 1)).isFalse();
            constraint.accept(b);
        }
        assertThat(Walks.isAllowed(constraint, begin + 1)).isTrue();
        constraint.accept(begin + 1);
        for (byte b : "{}".getBytes(StandardCharsets.UTF_8)) {
            constraint.accept(b);
        }
        assertThat(Walks.allowed(constraint)).containsExactly(special.end());
    }

    @Test
    void refusesUnknownAndRepeatedFunctions() {
        assertThatThrownBy(() -> grammar(new ToolChoice.Named("none"), false)).isInstanceOf(GrammarException.class);
        var twice = List.of(new ToolSchema("a", null), new ToolSchema("a", null));
        assertThatThrownBy(() -> compiler.toolCalls(ToolCallFormat.HERMES, twice, new ToolChoice.Auto(), false))
                .isInstanceOf(GrammarException.class);
        var unsupported = List.of(new ToolSchema("f", json("{'properties':{'x':{'not':{}}}}")));
        assertThatThrownBy(() -> compiler.toolCalls(ToolCallFormat.HERMES, unsupported, new ToolChoice.Auto(), false))
                .hasMessageContaining("tools/f#/properties/x: not is not supported");
    }
}
