package dev.windlass.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.engine.run.EncoderText;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts and pairs of them, whole and cut, against Hugging Face's library: hack/golden/encoder_golden.py. */
class EncoderTokenizerGoldenTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @ParameterizedTest
    @ValueSource(strings = {"wordpiece", "unigram"})
    void encodesAndCutsTextsAsTheReferenceDoes(String kind) throws IOException {
        try (var tokenizer = HuggingFaceTokenizer.open(TokenizerGoldenTest.directory(kind))) {
            for (JsonNode single : golden(kind).path("singles")) {
                check(tokenizer, single.path("text").textValue(), null, single);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wordpiece", "unigram"})
    void encodesAndCutsPairsAsTheReferenceDoes(String kind) throws IOException {
        int cuts = 0;
        try (var tokenizer = HuggingFaceTokenizer.open(TokenizerGoldenTest.directory(kind))) {
            for (JsonNode pair : golden(kind).path("pairs")) {
                cuts += pair.path("cut").size();
                check(
                        tokenizer,
                        pair.path("first").textValue(),
                        pair.path("second").textValue(),
                        pair);
            }
        }
        assertThat(cuts).isGreaterThan(20);
    }

    private static JsonNode golden(String kind) throws IOException {
        return MAPPER.readTree(
                TokenizerGoldenTest.directory(kind).resolve("golden.json").toFile());
    }

    private static void check(EncoderTokenizer tokenizer, String first, @Nullable String second, JsonNode expected) {
        String what = first + " | " + second;
        assertSame(tokenizer.encode(first, second, Integer.MAX_VALUE), expected, what);
        for (JsonNode cut : expected.path("cut")) {
            int length = cut.path("length").intValue();
            assertSame(tokenizer.encode(first, second, length), cut, what + " cut to " + length);
        }
    }

    private static void assertSame(EncoderText found, JsonNode expected, String what) {
        assertThat(found.tokens()).as(what).isEqualTo(TokenizerGoldenTest.ids(expected.path("tokens")));
        assertThat(found.segments()).as(what).isEqualTo(TokenizerGoldenTest.ids(expected.path("segments")));
    }

    @Test
    void takesSeparatorsSpelledInATextForText() {
        try (var tokenizer = HuggingFaceTokenizer.open(TokenizerGoldenTest.directory("wordpiece"))) {
            var forged = tokenizer.encode("one [SEP] two", "three", Integer.MAX_VALUE);
            int separator = tokenizer.encode("", null, Integer.MAX_VALUE).tokens()[1];

            assertThat(forged.tokens()).containsOnlyOnce(forged.tokens()[0]);
            assertThat(java.util.Arrays.stream(forged.tokens()).filter(token -> token == separator))
                    .hasSize(2);
            assertThat(tokenizer.encode("one [SEP] two", "three", 9).length()).isEqualTo(9);
        }
    }

    @Test
    void refusesToCutATextToNothing() {
        try (var tokenizer = HuggingFaceTokenizer.open(TokenizerGoldenTest.directory("wordpiece"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.encode("one", "two", 3));
        }
    }
}
