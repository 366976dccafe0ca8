package dev.windlass.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
    private final ListedTokenizer tokenizer = ListedTokenizer.ofMerges();
    private final Grammar grammar = new GrammarCompiler(tokenizer).jsonObject();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ }",
                "{\"a\":1}",
                "{\"a\": -0.5e+10, \"b\": [true, false, null, {}, [], \"\"]}",
                "{\n  \"a\": [\n    1,\n    2\n  ]\n}",
                "{\"é\\n\\u00e9\\uD83D\\uDE00😀\\/\": \"日本\"}"
            })
    void allowsAnObject(String json) {
        assertThat(Walks.allows(grammar, tokenizer, json)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                " ",
                "1",
                "{,",
                "{\"a\" ",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":01",
                "{\"a\":1.}",
                "{\"a\":.",
                "{\"a\":+",
                "{\"a\":tru1",
                "{\"a\":1]",
                "{\"a\":[}",
                "{\"\n",
                "{\"\\x",
                "{\"\\uD83Dx",
                "{\"\\uDE00",
                "{\"\\u00g",
                "{   ",
                "{\n\n",
                "{}}",
                "{} ",
                "{'a"
            })
    void refusesWhatNoObjectBeginsWith(String prefix) {
        assertThat(Walks.allowsPrefix(grammar, prefix)).isFalse();
    }

    @Test
    void endsOnlyAfterTheObjectAndThenAllowsNothingElse() {
        TokenConstraint constraint = grammar.start();
        for (byte b : new byte[] {'{', '}'}) {
            assertThat(Walks.isAllowed(constraint, tokenizer.end())).isFalse();
            constraint.accept(b);
        }
        assertThat(Walks.allowed(constraint)).containsExactly(tokenizer.end());
        constraint.accept(tokenizer.end());
        assertThat(Walks.allowed(constraint)).containsExactly(tokenizer.end());
    }

    @Test
    void nestsUpToTheBoundAndNoDeeper() {
        String opened = "{\"a\":".repeat(Configuration.DEEPEST);
        assertThat(Walks.allows(grammar, tokenizer, opened + "1" + "}".repeat(Configuration.DEEPEST)))
                .isTrue();
        assertThat(Walks.allowsPrefix(grammar, opened + "{")).isFalse();
        assertThat(Walks.allowsPrefix(grammar, opened + "[")).isFalse();
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        TokenConstraint constraint = grammar.start();
        constraint.accept('{');
        constraint.accept('"');
        for (int b : new int[] {0x80, 0xc0, 0xc1, 0xf5, 0xff}) {
            assertThat(Walks.isAllowed(constraint, b)).isFalse();
        }
        constraint.accept(0xed);
        assertThat(Walks.isAllowed(constraint, 0xa0)).as("a surrogate").isFalse();
        assertThat(Walks.isAllowed(constraint, 0x9f)).isTrue();
    }

    @Test
    void drawsOnlyObjects() throws Exception {
        var mapper = new ObjectMapper();
        for (int seed = 0; seed < 60; seed++) {
            String drawn = Walks.draw(grammar, tokenizer, new Random(seed), 60);
            assertThat(mapper.readTree(drawn).isObject()).as(drawn).isTrue();
        }
    }

    @Test
    void agreesWithTryingEveryToken() {
        for (int seed = 0; seed < 10; seed++) {
            MaskOracle.check(grammar, tokenizer, new Random(seed), 80);
        }
    }
}
