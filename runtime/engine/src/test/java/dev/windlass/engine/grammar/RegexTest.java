package dev.windlass.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
    private final ListedTokenizer tokenizer = ListedTokenizer.ofMerges();
    private final GrammarCompiler compiler = new GrammarCompiler(tokenizer);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a*b+c?",
                "(foo|ba[rz])+",
                "[^a-y\\n]{2,5}",
                "\\d{3}-\\d{4}",
                "(?:\\w+ ?){1,3}\\.",
                "x{0}y{2}z{1,}",
                "^(yes|no)$",
                "\\u65e5\\x41[日本é-ü]",
                "a+?b*?",
                "[-a\\]\\-]{1,3}",
                "\\p{Lu}\\p{Ll}*",
                "(?<year>[0-9]{4})",
                "|a",
                "\\u{1F600}+"
            })
    void drawsOnlyTextsThatMatch(String pattern) {
        Grammar grammar = compiler.regex(pattern);
        Pattern java = Pattern.compile(pattern.replace("\\u{1F600}", "\\x{1F600}"));
        for (int seed = 0; seed < 10; seed++) {
            String drawn = Walks.draw(grammar, tokenizer, new Random(seed), 10);
            assertThat(java.matcher(drawn).matches()).as(drawn).isTrue();
        }
        MaskOracle.check(grammar, tokenizer, new Random(1), 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?!a)",
                "(?<=a)b",
                "\\bword",
                "(a)\\1",
                "a**",
                "*a",
                "a{2,1}",
                "[b-a]",
                "[a",
                "(a",
                "a)",
                "a^b",
                "a$b",
                "\\",
                "\\p{Nope}",
                "a{1000000}",
                "(?i)a",
                "{",
                "\\uD83D",
                "\\q",
                "((a{99}){99}){99}"
            })
    void refusesWhatItCannotFollow(String pattern) {
        assertThatThrownBy(() -> compiler.regex(pattern)).isInstanceOf(GrammarException.class);
    }

    @Test
    void choicesAreExact() {
        Grammar grammar = compiler.choice(List.of("yes", "yesterday", "日本"));
        assertThat(Walks.allows(grammar, tokenizer, "yes")).isTrue();
        assertThat(Walks.allows(grammar, tokenizer, "yesterday")).isTrue();
        assertThat(Walks.allows(grammar, tokenizer, "日本")).isTrue();
        assertThat(Walks.allows(grammar, tokenizer, "yeste")).isFalse();
        assertThat(Walks.allowsPrefix(grammar, "no")).isFalse();
        assertThatThrownBy(() -> compiler.choice(List.of())).isInstanceOf(GrammarException.class);
    }
}
