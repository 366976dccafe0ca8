package dev.windlass.server.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.windlass.engine.run.EncoderText;
import dev.windlass.engine.token.EncoderTokenizer;
import dev.windlass.http.ApiException;
import dev.windlass.http.Fields;
import dev.windlass.server.openai.TokenBounds;
import dev.windlass.server.registry.ServedEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes tokens of what a request gives: a string, strings, token ids, or lists of token ids.
 *
 * @param vocabularySize how many token ids the model knows
 * @param capacity how many tokens it takes
 * @param most what longer texts are cut to; 0 refuses them
 */
record EncoderInputs(EncoderTokenizer tokenizer, int vocabularySize, int capacity, int most) {
    /** As many as OpenAI takes. */
    static final int MOST_TEXTS = 2048;

    private static final String CUT = "truncate_prompt_tokens";

    /** @param bounds that whoever sends the request on sets */
    static EncoderInputs of(Fields body, ServedEncoder encoder, TokenBounds bounds) {
        int capacity = Math.min(encoder.contextLength(), bounds.input());
        int asked = body.integer(CUT, -1, capacity).orElse(0);
        return new EncoderInputs(
                encoder.tokenizer(), encoder.engine().vocabularySize(), capacity, asked == -1 ? capacity : asked);
    }

    /** All texts of a field. */
    List<EncoderText> read(Fields body, String field) {
        var value = body.value(field).orElseThrow(() -> body.missing(field));
        if (value.isTextual()) {
            return List.of(text(value, null, field));
        }
        if (!(value instanceof ArrayNode array)) {
            throw Fields.wrongType(
                    field, "a string, an array of strings, an array of token ids or an array of such arrays", value);
        }
        requireSome(array, field);
        if (array.get(0).isNumber()) {
            return List.of(tokens(array, field));
        }
        List<EncoderText> texts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            String name = field + "[" + i + "]";
            var element = array.get(i);
            texts.add(element instanceof ArrayNode ids ? tokens(ids, name) : text(element, null, name));
        }
        return texts;
    }

    /** Refuses an empty list, and one that is too long unless it is one of token ids. */
    static void requireSome(ArrayNode array, String field) {
        if (array.isEmpty()) {
            throw ApiException.invalid(400, field, "empty_array", "Invalid '%s': the array is empty.".formatted(field));
        }
        if (array.size() > MOST_TEXTS && !array.get(0).isNumber()) {
            throw ApiException.invalid(
                    400,
                    field,
                    "array_above_max_length",
                    "Invalid '%s': expected at most %d texts, got %d.".formatted(field, MOST_TEXTS, array.size()));
        }
    }

    private EncoderText text(JsonNode first, @Nullable String second, String name) {
        return text(Fields.text(first, name), second, name);
    }

    /** One text, or two that belong together; {@code name} is the field at fault when they are too long. */
    EncoderText text(String first, @Nullable String second, String name) {
        EncoderText text;
        try {
            text = tokenizer.encode(first, second, most == 0 ? Integer.MAX_VALUE : most);
        } catch (IllegalArgumentException e) {
            throw ApiException.badValue(
                    most == 0 ? name : CUT, "Invalid '%s': %s.".formatted(most == 0 ? name : CUT, e.getMessage()));
        }
        return fitting(text, name);
    }

    private EncoderText tokens(ArrayNode ids, String name) {
        if (ids.isEmpty()) {
            throw ApiException.badValue(name, "Invalid '%s': there are no tokens.".formatted(name));
        }
        int count = most == 0 ? ids.size() : Math.min(ids.size(), most);
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) Fields.integer(ids.get(i), name + "[" + i + "]", 0, vocabularySize - 1L);
        }
        return fitting(new EncoderText(Arrays.copyOf(tokens, count)), name);
    }

    private EncoderText fitting(EncoderText text, String name) {
        if (text.length() > capacity) {
            throw ApiException.invalid(
                    400,
                    name,
                    "context_length_exceeded",
                    "Invalid '%s': it has %d tokens, and the model takes %d. Shorten it, or have it cut with '%s'."
                            .formatted(name, text.length(), capacity, CUT));
        }
        return text;
    }
}
