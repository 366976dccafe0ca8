package dev.windlass.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Hugging Face's tokenizers: goldens of the Python package, and the native library that Java runs. */
class TokenizerGoldenTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    static Path directory(String kind) {
        return Path.of("src/test/resources/tokenizers", kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "llama2", "gemma"})
    void encodesAsTheReferenceDoes(String kind) throws IOException {
        JsonNode golden = MAPPER.readTree(directory(kind).resolve("golden.json").toFile());
        try (var tokenizer = HuggingFaceTokenizer.open(directory(kind))) {
            for (JsonNode encoding : golden.path("encodings")) {
                String text = encoding.path("text").textValue();
                assertThat(tokenizer.encode(text, true, true)).as(text).isEqualTo(ids(encoding.path("ids")));
                assertThat(tokenizer.encode(text, false, true))
                        .as(text)
                        .isEqualTo(ids(encoding.path("idsWithoutAdded")));
                assertThat(tokenizer.encode(text, false, false))
                        .as(text)
                        .isEqualTo(ids(encoding.path("idsAsPlainText")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "llama2", "gemma"})
    void decodesAsTheReferenceDoes(String kind) throws IOException {
        JsonNode golden = MAPPER.readTree(directory(kind).resolve("golden.json").toFile());
        try (var tokenizer = HuggingFaceTokenizer.open(directory(kind))) {
            for (JsonNode encoding : golden.path("encodings")) {
                int[] ids = ids(encoding.path("ids"));
                assertThat(tokenizer.decode(ids, false))
                        .isEqualTo(encoding.path("decoded").textValue());
                assertThat(tokenizer.decode(ids, true))
                        .isEqualTo(encoding.path("decodedWithoutSpecial").textValue());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3"})
    void replacesWhatIsCutOffInACharacterAsTheReferenceDoes(String kind) throws IOException {
        JsonNode golden = MAPPER.readTree(directory(kind).resolve("golden.json").toFile());
        try (var tokenizer = HuggingFaceTokenizer.open(directory(kind))) {
            for (JsonNode decoding : golden.path("decodings")) {
                assertThat(tokenizer.decode(ids(decoding.path("ids")), false))
                        .isEqualTo(decoding.path("decoded").textValue());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "llama2", "gemma"})
    void decodesRandomTokensAsTheNativeLibraryDoes(String kind) {
        var random = new SplittableRandom(7);
        boolean byteLevel = kind.equals("gpt2") || kind.equals("llama3");
        try (var tokenizer = HuggingFaceTokenizer.open(directory(kind))) {
            for (int round = 0; round < 2000; round++) {
                int[] ids = random.ints(random.nextInt(24), 0, tokenizer.vocabularySize())
                        .filter(id -> byteLevel
                                || tokenizer.bytes(id).length > 1
                                || tokenizer.bytes(id)[0] >= 0)
                        .toArray();
                for (boolean skip : new boolean[] {false, true}) {
                    assertThat(tokenizer.decode(ids, skip)).isEqualTo(tokenizer.decodeNatively(ids, skip));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "gemma"})
    void replacesOnlyWhatIsInvalidAmongByteTokens(String kind) {
        try (var tokenizer = HuggingFaceTokenizer.open(directory(kind))) {
            int[] whole = tokenizer.encode("東東", false, false);
            int[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);

            assertThat(tokenizer.decode(cut, true)).isEqualTo("東\uFFFD");
        }
    }

    static int[] ids(JsonNode ids) {
        return StreamSupport.stream(ids.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
