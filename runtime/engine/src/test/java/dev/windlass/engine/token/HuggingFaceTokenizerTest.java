package dev.windlass.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceTokenizerTest {
    @TempDir
    Path directory;

    @Test
    void takesEndTokensFromTheGenerationConfigAndTheTokenizer() throws IOException {
        copy("llama3");
        write("generation_config.json", "{\"eos_token_id\": [1, 2]}");
        write("config.json", "{\"eos_token_id\": 9}");
        write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<|end_of_text|>\"}}");
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            int end = tokenizer.encode("<|end_of_text|>", false, true)[0];

            assertThat(tokenizer.endTokens()).containsExactlyInAnyOrder(1, 2, end);
        }
    }

    @Test
    void takesTheEndOfATurnThatTheChatTemplateWrites() throws IOException {
        copy("llama3");
        write("tokenizer_config.json", "{\"chat_template\": \"{{ messages }}<|eot_id|>\"}");
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            assertThat(tokenizer.endTokens()).containsExactly(tokenizer.encode("<|eot_id|>", false, true)[0]);
        }
    }

    @Test
    void knowsTokensThatOnlyTheTokenizerConfigAdds() throws IOException {
        copy("gpt2");
        int size;
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            size = tokenizer.vocabularySize();
        }
        write("tokenizer_config.json", """
                {"added_tokens_decoder": {
                  "%d": {"content": "<tool>", "special": false},
                  "%d": {"content": "<|im_end|>", "special": true}}}""".formatted(size, size + 1));
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(size + 2);
            assertThat(tokenizer.encode("<tool><|im_end|>", false, true)).containsExactly(size, size + 1);
            assertThat(tokenizer.encode("<tool><|im_end|>", false, false))
                    .startsWith(size)
                    .doesNotContain(size + 1);
            assertThat(tokenizer.decode(new int[] {size, size + 1}, true)).isEqualTo("<tool>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemma", "gpt2", "llama2", "llama3"})
    void encodesTextsAlikeWhetherTheyAreSearchedForSpecialTokensOrNot(String kind) throws IOException {
        copy(kind);
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            for (String text : List.of(
                    "",
                    " ",
                    "Once upon a time",
                    "  two spaces, a tab\t and\r\n lines ",
                    "<s>",
                    "a<s>b</s> <unk>",
                    "< s > <\u200bs>",
                    "<bos>x<eos>",
                    "<|endoftext|>",
                    "say <|eot_id|>now",
                    "<|begin_of_text|",
                    "<|BEGIN_OF_TEXT|>",
                    "\uff1cs\uff1e",
                    "Kelvin \u212a, e\u0301, \u00e9 and 😀",
                    "▁<s>▁")) {
                assertThat(tokenizer.encode(text, false, false))
                        .as(text)
                        .containsExactly(tokenizer.encodeSpellings(text, false));
                assertThat(tokenizer.encode(text, true, false))
                        .as(text)
                        .containsExactly(tokenizer.encodeSpellings(text, true));
            }
        }
    }

    @Test
    void idsWithoutATokenHaveNoText() throws IOException {
        copy("gpt2");
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            assertThat(tokenizer.decode(new int[] {tokenizer.vocabularySize(), 1 << 20}, false))
                    .isEmpty();
        }
    }

    @Test
    void encodesHalvesOfSurrogatePairsAsReplacements() throws IOException {
        copy("gpt2");
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            int[] ids = tokenizer.encode("a\uD83D 😀\uDE00", false, true);

            assertThat(tokenizer.decode(ids, false)).isEqualTo("a\uFFFD 😀\uFFFD");
        }
    }

    @Test
    void neverTruncatesNorPads() throws IOException {
        copy("gpt2");
        String json = Files.readString(directory.resolve("tokenizer.json"));
        write("tokenizer.json", json.replace("\"truncation\": null", """
                "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0}"""));
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            assertThat(tokenizer.encode("one two three four five six", false, true))
                    .hasSizeGreaterThan(5);
        }
    }

    @Test
    void refusesTextBeyondItsBound() throws IOException {
        copy("gpt2");
        try (var tokenizer = HuggingFaceTokenizer.open(directory)) {
            String text = " ".repeat(HuggingFaceTokenizer.LONGEST_TEXT + 1);

            assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.encode(text, false, true));
        }
    }

    @Test
    void saysInOneLineWhatIsWrongWithItsFiles() throws IOException {
        assertThatExceptionOfType(TokenizerException.class)
                .isThrownBy(() -> HuggingFaceTokenizer.open(directory))
                .withMessageContaining("tokenizer.json")
                .withMessageNotContaining("\n");
        write("tokenizer.json", "{\"model\": {\"type\": \"BPE\",");
        assertThatExceptionOfType(TokenizerException.class)
                .isThrownBy(() -> HuggingFaceTokenizer.open(directory))
                .withMessageNotContaining("\n");
        write("tokenizer.json", "{\"model\": {\"type\": \"Riddle\", \"vocab\": {\"a\": 0}}}");
        assertThatExceptionOfType(TokenizerException.class)
                .isThrownBy(() -> HuggingFaceTokenizer.open(directory))
                .withMessageNotContaining("\n");
    }

    private void copy(String kind) throws IOException {
        Files.copy(TokenizerGoldenTest.directory(kind).resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }
}
