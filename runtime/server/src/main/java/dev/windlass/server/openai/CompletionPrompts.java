package dev.windlass.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.windlass.engine.token.Tokenizer;
import dev.windlass.http.ApiException;
import dev.windlass.http.Fields;
import java.util.ArrayList;
import java.util.List;

/** Reads the prompt of a text completion: a string, strings, token ids, or lists of token ids. */
final class CompletionPrompts {
    private static final int MOST_PROMPTS = 256;

    private CompletionPrompts() {}

    /** @param text what {@code echo} repeats */
    record Prompt(int[] tokens, String text) {}

    static List<Prompt> read(Fields body, Tokenizer tokenizer) {
        var value = body.value("prompt").orElseThrow(() -> body.missing("prompt"));
        boolean addSpecial = body.flag("add_special_tokens", true);
        if (value.isTextual()) {
            return List.of(text(value, "prompt", tokenizer, addSpecial));
        }
        if (!(value instanceof ArrayNode array)) {
            throw Fields.wrongType(
                    "prompt", "a string, an array of strings, an array of token ids or an array of such arrays", value);
        }
        if (array.isEmpty()) {
            throw ApiException.invalid(400, "prompt", "empty_array", "Invalid 'prompt': the array is empty.");
        }
        if (array.get(0).isNumber()) {
            return List.of(tokens(array, "prompt", tokenizer));
        }
        if (array.size() > MOST_PROMPTS) {
            throw ApiException.invalid(
                    400,
                    "prompt",
                    "array_above_max_length",
                    "Invalid 'prompt': expected at most %d prompts, got %d.".formatted(MOST_PROMPTS, array.size()));
        }
        var prompts = new ArrayList<Prompt>(array.size());
        for (int i = 0; i < array.size(); i++) {
            String name = "prompt[" + i + "]";
            var element = array.get(i);
            prompts.add(
                    element instanceof ArrayNode ids
                            ? tokens(ids, name, tokenizer)
                            : text(element, name, tokenizer, addSpecial));
        }
        return prompts;
    }

    /** Reads a prompt that can only be a string. */
    static Prompt readText(Fields body, Tokenizer tokenizer) {
        var value = body.value("prompt").orElseThrow(() -> body.missing("prompt"));
        return text(value, "prompt", tokenizer, true);
    }

    private static Prompt text(JsonNode value, String name, Tokenizer tokenizer, boolean addSpecial) {
        String text = Fields.text(value, name);
        return new Prompt(notEmpty(tokenizer.encode(text, addSpecial, true), name), text);
    }

    private static Prompt tokens(ArrayNode ids, String name, Tokenizer tokenizer) {
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) Fields.integer(ids.get(i), name + "[" + i + "]", 0, tokenizer.vocabularySize() - 1L);
        }
        return new Prompt(notEmpty(tokens, name), tokenizer.decode(tokens, false));
    }

    private static int[] notEmpty(int[] tokens, String name) {
        if (tokens.length == 0) {
            throw ApiException.badValue(name, "Invalid '%s': the prompt is empty.".formatted(name));
        }
        return tokens;
    }
}
