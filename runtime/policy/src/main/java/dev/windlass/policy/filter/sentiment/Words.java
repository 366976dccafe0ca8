package dev.windlass.policy.filter.sentiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A text in VADER's words: emojis described, split at white space, without punctuation around them.
 *
 * @param written as they stand in the text
 * @param lower in lower case
 * @param differsInCase whether some words, and not all, are in capitals
 */
record Words(List<String> written, List<String> lower, boolean differsInCase) {
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /** @param text with its emojis described */
    static Words of(String text) {
        List<String> written = new ArrayList<>();
        List<String> lower = new ArrayList<>();
        int capitals = 0;
        int at = 0;
        while (at < text.length()) {
            if (isSpace(text.charAt(at))) {
                at++;
                continue;
            }
            int begin = at;
            while (at < text.length() && !isSpace(text.charAt(at))) {
                at++;
            }
            String word = bare(text.substring(begin, at));
            written.add(word);
            lower.add(word.toLowerCase(Locale.ROOT));
            capitals += isCapitals(word) ? 1 : 0;
        }
        return new Words(written, lower, capitals > 0 && capitals < written.size());
    }

    /** The same text with words for emojis. */
    static String describeEmojis(String text, Lexicon lexicon) {
        if (text.chars().allMatch(unit -> unit < 0x2000)) {
            return text.strip();
        }
        var described = new StringBuilder(text.length() + 64);
        boolean afterSpace = true;
        for (int at = 0; at < text.length(); ) {
            int symbol = text.codePointAt(at);
            String words = lexicon.emojis().get(symbol);
            if (words == null) {
                described.appendCodePoint(symbol);
                afterSpace = symbol == ' ';
            } else {
                described.append(afterSpace ? "" : " ").append(words);
                afterSpace = false;
            }
            at += Character.charCount(symbol);
        }
        return described.toString().strip();
    }

    int size() {
        return written.size();
    }

    /** Without punctuation around it, unless that is all there is to it, as with {@code :)}. */
    private static String bare(String token) {
        int begin = 0;
        int end = token.length();
        while (begin < end && PUNCTUATION.indexOf(token.charAt(begin)) >= 0) {
            begin++;
        }
        while (end > begin && PUNCTUATION.indexOf(token.charAt(end - 1)) >= 0) {
            end--;
        }
        return token.codePointCount(begin, end) <= 2 ? token : token.substring(begin, end);
    }

    static boolean isCapitals(String word) {
        boolean hasCapital = false;
        for (int at = 0; at < word.length(); at += Character.charCount(word.codePointAt(at))) {
            int symbol = word.codePointAt(at);
            if (Character.isLowerCase(symbol) || Character.isTitleCase(symbol)) {
                return false;
            }
            hasCapital |= Character.isUpperCase(symbol);
        }
        return hasCapital;
    }

    static boolean isSpace(char unit) {
        return Character.isWhitespace(unit) || Character.isSpaceChar(unit) || unit == '\u0085';
    }
}
