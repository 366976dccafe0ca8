package dev.windlass.engine.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokens that a model's configuration files single out, beside tokenizer.json.
 *
 * @param named texts by role, such as {@code bos_token}
 * @param additional further special tokens' texts
 * @param added the added tokens of tokenizer_config.json
 * @param endIds the ids that generation_config.json, or else config.json, ends a text at
 */
record SpecialTokens(Map<String, String> named, Set<String> additional, List<AddedToken> added, Set<Integer> endIds) {
    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    static SpecialTokens read(Path directory) {
        JsonNode config = JsonFiles.readObject(directory.resolve("tokenizer_config.json"));
        JsonNode map = JsonFiles.readObject(directory.resolve("special_tokens_map.json"));
        var named = new LinkedHashMap<String, String>();
        for (String role : ROLES) {
            String text = text(config.has(role) ? config.path(role) : map.path(role));
            if (!text.isEmpty()) {
                named.put(role, text);
            }
        }
        var additional = new LinkedHashSet<String>();
        for (String list : List.of("additional_special_tokens", "extra_special_tokens")) {
            config.path(list).forEach(token -> additional.add(text(token)));
            map.path(list).forEach(token -> additional.add(text(token)));
        }
        additional.remove("");
        return new SpecialTokens(
                Collections.unmodifiableMap(named), Set.copyOf(additional), added(directory, config), ends(directory));
    }

    private static List<AddedToken> added(Path directory, JsonNode config) {
        var added = new ArrayList<AddedToken>();
        for (var entry : config.path("added_tokens_decoder").properties()) {
            added.add(new AddedToken(
                    id(directory.resolve("tokenizer_config.json"), entry.getKey()),
                    text(entry.getValue()),
                    entry.getValue().path("special").asBoolean(false)));
        }
        for (var entry :
                JsonFiles.readObject(directory.resolve("added_tokens.json")).properties()) {
            added.add(new AddedToken(entry.getValue().asInt(-1), entry.getKey(), false));
        }
        return List.copyOf(added);
    }

    private static Set<Integer> ends(Path directory) {
        Set<Integer> ends = endIds(JsonFiles.readObject(directory.resolve("generation_config.json")));
        if (!ends.isEmpty()) {
            return ends;
        }
        JsonNode config = JsonFiles.readObject(directory.resolve("config.json"));
        return endIds(config.has("eos_token_id") ? config : config.path("text_config"));
    }

    private static Set<Integer> endIds(JsonNode config) {
        JsonNode value = config.path("eos_token_id");
        var ids = new LinkedHashSet<Integer>();
        if (value.isInt()) {
            ids.add(value.intValue());
        }
        for (JsonNode id : value) {
            if (id.isInt()) {
                ids.add(id.intValue());
            }
        }
        return ids;
    }

    /** A token is written as its text, or as an object with its text and how it is matched. */
    private static String text(JsonNode token) {
        return token.isTextual() ? token.textValue() : token.path("content").asText("");
    }

    private static int id(Path file, String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new TokenizerException(
                    file + ": added_tokens_decoder: expected token ids, got \"" + digits + "\"", e);
        }
    }
}
