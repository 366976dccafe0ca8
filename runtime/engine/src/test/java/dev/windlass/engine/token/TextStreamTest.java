package dev.windlass.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextStreamTest {
    @Test
    void givesOutACharacterWithItsLastByte() {
        var stream = new TextStream(tokens(LeadingSpace.KEPT, "a\u00F0\u009F", "\u0098", "\u0080!"), false);

        assertThat(List.of(stream.append(0), stream.append(1), stream.append(2), stream.finish()))
                .containsExactly("a", "", "😀!", "");
    }

    @Test
    void replacesACharacterThatNeverBecomesWhole() {
        var stream = new TextStream(tokens(LeadingSpace.KEPT, "\u00E6\u009D", "b", "\u00E6"), false);

        assertThat(stream.append(0) + stream.append(1)).isEqualTo("\uFFFDb");
        assertThat(stream.append(2) + stream.finish()).isEqualTo("\uFFFD");
    }

    @Test
    void replacesEveryByteOfASurrogateOrAnOverlongSpelling() {
        var stream = new TextStream(tokens(LeadingSpace.KEPT, "\u00ED\u00A0\u0080", "\u00C0\u00AF", "\u00FF"), false);

        assertThat(stream.append(0)).isEqualTo("\uFFFD\uFFFD\uFFFD");
        assertThat(stream.append(1)).isEqualTo("\uFFFD\uFFFD");
        assertThat(stream.append(2)).isEqualTo("\uFFFD");
    }

    @Test
    void dropsOneSpaceAtTheStartAndNoOther() {
        var tokenizer = tokens(LeadingSpace.ONE_DROPPED, "  a", " b");
        var stream = new TextStream(tokenizer, false);
        var continuing = TextStream.continuing(tokenizer, false);

        assertThat(stream.append(0) + stream.append(1)).isEqualTo(" a b");
        assertThat(continuing.append(1)).isEqualTo(" b");
    }

    @Test
    void dropsEverySpaceOfTheFirstToken() {
        var stream = new TextStream(tokens(LeadingSpace.FIRST_TOKEN_DROPPED, "  ", " b"), false);

        assertThat(stream.append(0) + stream.append(1)).isEqualTo(" b");
    }

    @Test
    void skipsSpecialTokensAndStillDropsTheSpaceAfterThem() {
        var tokenizer = tokens(LeadingSpace.ONE_DROPPED, "<s>", " a");
        tokenizer.specials = Set.of(0);
        var stream = new TextStream(tokenizer, true);

        assertThat(stream.append(0) + stream.append(1)).isEqualTo("a");
    }

    @Test
    void anyCutOfValidTextGivesThatText() {
        var random = new SplittableRandom(11);
        for (int round = 0; round < 500; round++) {
            var text = new StringBuilder();
            random.ints(20, 0, Character.MAX_CODE_POINT + 1)
                    .map(c -> random.nextBoolean() ? c : c & 0xFFF)
                    .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                    .forEach(text::appendCodePoint);
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            var source = ByteBuffer.wrap(bytes);
            var tokenizer = new FakeTokenizer(LeadingSpace.KEPT);
            while (source.hasRemaining()) {
                var piece = new byte[Math.min(source.remaining(), random.nextInt(6))];
                source.get(piece);
                tokenizer.bytes.add(piece);
            }

            assertThat(tokenizer.decodeAll()).isEqualTo(text.toString());
        }
    }

    private static FakeTokenizer tokens(LeadingSpace leading, String... latin) {
        var tokenizer = new FakeTokenizer(leading);
        for (String token : latin) {
            tokenizer.bytes.add(token.getBytes(StandardCharsets.ISO_8859_1));
        }
        return tokenizer;
    }
}
