package dev.windlass.policy.filter.sentiment;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * VADER's words and what they weigh, from -4 to 4, and its emojis in words.
 *
 * @param emojis by code point: those of several are not looked for
 */
record Lexicon(Map<String, Double> valences, Map<Integer, String> emojis) {
    static Lexicon read() {
        Map<String, Double> valences = new HashMap<>();
        read("vader_lexicon.txt", (word, measure) -> valences.put(word, Double.valueOf(measure)));
        Map<Integer, String> emojis = new HashMap<>();
        read("emoji_utf8_lexicon.txt", (emoji, words) -> {
            int symbol = emoji.codePointAt(0);
            if (Character.charCount(symbol) == emoji.length()) {
                emojis.put(symbol, words);
            }
        });
        return new Lexicon(Map.copyOf(valences), Map.copyOf(emojis));
    }

    private static void read(String name, BiConsumer<String, String> entry) {
        var file = Objects.requireNonNull(Lexicon.class.getResourceAsStream(name), name);
        try (var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            lines.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(line -> {
                int end = line.indexOf('\t');
                int next = line.indexOf('\t', end + 1);
                entry.accept(line.substring(0, end), line.substring(end + 1, next < 0 ? line.length() : next));
            });
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    boolean has(String word) {
        return valences.containsKey(word);
    }

    double valence(String word) {
        return Objects.requireNonNull(valences.get(word), word);
    }
}
