package dev.windlass.engine.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The decoder of tokenizer.json, as far as it looks at one token at a time, and what it does at a text's start. */
final class TokenDecoder {
    private final List<Step> steps;
    private final LeadingSpace leadingSpace;

    private TokenDecoder(List<Step> steps, LeadingSpace leadingSpace) {
        this.steps = List.copyOf(steps);
        this.leadingSpace = leadingSpace;
    }

    private sealed interface Step {
        record Replace(String pattern, String content) implements Step {}

        record ByteFallback() implements Step {}

        record ByteLevel() implements Step {}

        record WordPiece(String prefix, boolean cleanup) implements Step {}

        record Strip(String content, int start, int stop) implements Step {}
    }

    static TokenDecoder of(JsonNode decoder) {
        var steps = new ArrayList<Step>();
        if (decoder.isNull()) {
            // Without a decoder, tokens are words.
            steps.add(new Step.WordPiece("", false));
            return new TokenDecoder(steps, LeadingSpace.ONE_DROPPED);
        }
        var parts = new ArrayList<JsonNode>();
        flatten(decoder, parts);
        var leading = LeadingSpace.KEPT;
        boolean fused = false;
        for (JsonNode part : parts) {
            switch (part.path("type").asText()) {
                case "ByteLevel" -> steps.add(new Step.ByteLevel());
                case "ByteFallback" -> steps.add(new Step.ByteFallback());
                case "Fuse" -> fused = true;
                case "Replace" -> steps.add(replace(part));
                case "Metaspace" -> {
                    steps.add(new Step.Replace(part.path("replacement").asText("▁"), " "));
                    if (prepends(part)) {
                        leading = LeadingSpace.FIRST_TOKEN_DROPPED;
                    }
                }
                case "WordPiece" -> {
                    steps.add(new Step.WordPiece(
                            part.path("prefix").asText("##"),
                            part.path("cleanup").asBoolean(true)));
                    leading = LeadingSpace.ONE_DROPPED;
                }
                case "Strip" -> {
                    var strip = new Step.Strip(
                            part.path("content").asText(" "),
                            part.path("start").asInt(),
                            part.path("stop").asInt());
                    if (!fused) {
                        steps.add(strip);
                    } else if (strip.equals(new Step.Strip(" ", 1, 0))) {
                        leading = LeadingSpace.ONE_DROPPED;
                    } else {
                        throw unsupported(part);
                    }
                }
                default -> throw unsupported(part);
            }
        }
        return new TokenDecoder(steps, leading);
    }

    private static void flatten(JsonNode decoder, List<JsonNode> parts) {
        if (decoder.path("type").asText().equals("Sequence")) {
            decoder.path("decoders").forEach(part -> flatten(part, parts));
        } else {
            parts.add(decoder);
        }
    }

    private static Step replace(JsonNode part) {
        JsonNode pattern = part.path("pattern").path("String");
        if (!pattern.isTextual()) {
            throw unsupported(part);
        }
        return new Step.Replace(pattern.textValue(), part.path("content").asText());
    }

    private static boolean prepends(JsonNode metaspace) {
        return metaspace.has("prepend_scheme")
                ? !metaspace.path("prepend_scheme").asText().equals("never")
                : metaspace.path("add_prefix_space").asBoolean(true);
    }

    private static TokenizerException unsupported(JsonNode part) {
        return new TokenizerException("tokenizer.json: expected a decoder made of ByteLevel, ByteFallback, Fuse, "
                + "Metaspace, Replace, Strip of one leading space and WordPiece, got " + part);
    }

    LeadingSpace leadingSpace() {
        return leadingSpace;
    }

    /** What a token adds to a text that it does not start. */
    byte[] bytes(String token) {
        String text = token;
        for (Step step : steps) {
            switch (step) {
                case Step.Replace(var pattern, var content) -> text = text.replace(pattern, content);
                case Step.ByteFallback() -> {
                    int value = byteFallback(text);
                    if (value >= 0) {
                        return new byte[] {(byte) value};
                    }
                }
                case Step.ByteLevel() -> {
                    return ByteLevelAlphabet.bytes(text);
                }
                case Step.WordPiece(var prefix, var cleanup) -> {
                    text = !prefix.isEmpty() && text.startsWith(prefix) ? text.substring(prefix.length()) : " " + text;
                    text = cleanup ? cleanUp(text) : text;
                }
                case Step.Strip(var content, var start, var stop) -> text = strip(text, content, start, stop);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The value of a token such as {@code <0x0A>}, or -1. */
    private static int byteFallback(String token) {
        if (token.length() != 6
                || !token.startsWith("<0x")
                || token.charAt(5) != '>'
                || !HexFormat.isHexDigit(token.charAt(3))
                || !HexFormat.isHexDigit(token.charAt(4))) {
            return -1;
        }
        return HexFormat.fromHexDigits(token, 3, 5);
    }

    private static String strip(String text, String content, int start, int stop) {
        String rest = text;
        for (int i = 0; i < start && rest.startsWith(content); i++) {
            rest = rest.substring(content.length());
        }
        for (int i = 0; i < stop && rest.endsWith(content); i++) {
            rest = rest.substring(0, rest.length() - content.length());
        }
        return rest;
    }

    /** What the WordPiece decoder does to put punctuation back where it was. */
    private static String cleanUp(String text) {
        return text.replace(" .", ".")
                .replace(" ?", "?")
                .replace(" !", "!")
                .replace(" ,", ",")
                .replace(" ' ", "'")
                .replace(" n't", "n't")
                .replace(" 'm", "'m")
                .replace(" do not", " don't")
                .replace(" 's", "'s")
                .replace(" 've", "'ve")
                .replace(" 're", "'re");
    }
}
