package dev.windlass.engine.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells whether a text might spell a special token. Where it does not, it is encoded alike whether special tokens are
 * looked for or not; so this may answer yes too often, and never no where it matters.
 *
 * <p>What is looked for is the longest run of visible ASCII in each special token: vocabularies spell that as it is,
 * while spaces and other characters may stand there in disguise.
 */
final class SpecialSpellings {
    private static final String MARKED_SPACE = "▁";

    private final boolean always;
    private final List<String> runs;
    private final BitSet firstCharacters = new BitSet(128);

    private SpecialSpellings(boolean always, List<String> runs) {
        this.always = always;
        this.runs = runs;
        runs.forEach(run -> firstCharacters.set(run.charAt(0)));
    }

    /** @param normalizer of tokenizer.json; one that might make up the letters of a special token has all texts say yes */
    static SpecialSpellings of(JsonNode normalizer, List<AddedToken> listed, List<AddedToken> missing) {
        List<String> runs = Stream.concat(listed.stream(), missing.stream())
                .filter(AddedToken::special)
                .map(token -> longestRun(token.content()))
                .distinct()
                .toList();
        if (!keepsLetters(normalizer) || runs.contains("")) {
            return new SpecialSpellings(true, List.of());
        }
        return new SpecialSpellings(false, runs);
    }

    /** Whether a normalizer does no more than compose characters and mark spaces. */
    private static boolean keepsLetters(JsonNode normalizer) {
        if (normalizer.isNull()) {
            return true;
        }
        return switch (normalizer.path("type").asText()) {
            case "NFC" -> true;
            case "Prepend" -> normalizer.path("prepend").asText().equals(MARKED_SPACE);
            case "Replace" ->
                normalizer.path("pattern").path("String").asText().equals(" ")
                        && normalizer.path("content").asText().equals(MARKED_SPACE);
            case "Sequence" -> {
                for (JsonNode part : normalizer.path("normalizers")) {
                    if (!keepsLetters(part)) {
                        yield false;
                    }
                }
                yield true;
            }
            default -> false;
        };
    }

    private static String longestRun(String content) {
        String longest = "";
        int start = 0;
        for (int i = 0; i <= content.length(); i++) {
            if (i == content.length() || content.charAt(i) <= ' ' || content.charAt(i) >= 0x7f) {
                if (i - start > longest.length()) {
                    longest = content.substring(start, i);
                }
                start = i + 1;
            }
        }
        return longest;
    }

    boolean mayBeIn(String text) {
        // Composing makes ASCII of a few characters outside of it, such as U+212A, the Kelvin sign.
        return always
                || spells(text)
                || (!Normalizer.isNormalized(text, Normalizer.Form.NFC)
                        && spells(Normalizer.normalize(text, Normalizer.Form.NFC)));
    }

    private boolean spells(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (firstCharacters.get(text.charAt(i))) {
                for (String run : runs) {
                    if (text.startsWith(run, i)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
