package dev.windlass.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecialSpellingsTest {
    private static final String MARKS_SPACES = """
            {"type": "Sequence", "normalizers": [
              {"type": "Prepend", "prepend": "▁"},
              {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}""";

    @Test
    void findsASpecialTokenAnywhereInATextAndNoOther() throws JsonProcessingException {
        var spellings = spellings("null", "<|im_end|>", "<s>");

        assertThat(spellings.mayBeIn("say <|im_end|>")).isTrue();
        assertThat(spellings.mayBeIn("<<s>")).isTrue();
        assertThat(spellings.mayBeIn("<|im_end| >, 1 < 2, <S>")).isFalse();
    }

    @Test
    void looksForWhatIsVisibleAsciiInASpecialToken() throws JsonProcessingException {
        var spellings = spellings(MARKS_SPACES, "<｜begin▁of▁sentence｜>");

        assertThat(spellings.mayBeIn("<｜begin of sentence｜>")).isTrue();
        assertThat(spellings.mayBeIn("begin of it")).isFalse();
    }

    @Test
    void looksAtWhatCharactersAreComposedTo() throws JsonProcessingException {
        assertThat(spellings("{\"type\": \"NFC\"}", "<|K|>").mayBeIn("<|\u212a|>"))
                .isTrue();
    }

    @Test
    void ordinaryAddedTokensDoNotMatter() throws JsonProcessingException {
        var spellings = SpecialSpellings.of(
                JsonFiles.MAPPER.readTree("null"), List.of(new AddedToken(1, "<tool>", false)), List.of());

        assertThat(spellings.mayBeIn("<tool>")).isFalse();
    }

    @Test
    void suspectsEveryTextWhereItCannotTell() throws JsonProcessingException {
        assertThat(spellings("{\"type\": \"NFKC\"}", "<s>").mayBeIn("plain")).isTrue();
        assertThat(spellings("{\"type\": \"Lowercase\"}", "<s>").mayBeIn("plain"))
                .isTrue();
        assertThat(spellings("null", "｜▁｜").mayBeIn("plain")).isTrue();
    }

    private static SpecialSpellings spellings(String normalizer, String... specials) throws JsonProcessingException {
        return SpecialSpellings.of(
                JsonFiles.MAPPER.readTree(normalizer),
                List.of(),
                java.util.Arrays.stream(specials)
                        .map(content -> new AddedToken(0, content, true))
                        .toList());
    }
}
