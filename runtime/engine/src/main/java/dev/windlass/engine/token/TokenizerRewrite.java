package dev.windlass.engine.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Changes to a tokenizer.json that the native library has no switch for. */
final class TokenizerRewrite {
    private TokenizerRewrite() {}

    /** Adds the tokens that only tokenizer_config.json or added_tokens.json names. */
    static String withAdded(String json, List<AddedToken> missing) {
        if (missing.isEmpty()) {
            return json;
        }
        ObjectNode root = parse(json);
        ArrayNode added = root.withArrayProperty("added_tokens");
        for (AddedToken token : missing) {
            added.addObject()
                    .put("id", token.id())
                    .put("content", token.content())
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", token.special());
        }
        return root.toString();
    }

    /**
     * Makes a tokenizer that takes special tokens in a text for ordinary text: each gets a name that no one can guess, so
     * that all ids stay as they are. The token for unknown text keeps its name, by which the model finds it.
     */
    static String withoutSpecials(String json) {
        ObjectNode root = parse(json);
        JsonNode model = root.path("model");
        String unknown = model.path("unk_token").asText("");
        Map<String, String> names = new LinkedHashMap<>();
        Set<String> fixed = new HashSet<>();
        fixed.add(unknown);
        addMerged(model.path("merges"), fixed);
        var kept = root.arrayNode();
        for (JsonNode token : root.path("added_tokens")) {
            String content = token.path("content").asText();
            boolean special = token.path("special").asBoolean();
            if (special && !fixed.contains(content)) {
                names.put(content, "<" + UUID.randomUUID() + ">");
                kept.add(((ObjectNode) token).put("content", names.get(content)).put("normalized", false));
            } else if (!special) {
                kept.add(token);
            }
        }
        root.set("added_tokens", kept);
        if (model.path("vocab") instanceof ObjectNode vocabulary) {
            names.forEach((content, name) -> {
                if (vocabulary.has(content)) {
                    vocabulary.set(name, vocabulary.remove(content));
                }
            });
        } else {
            long unknownId = model.path("unk_id").asLong(-1);
            long id = 0;
            for (JsonNode piece : model.path("vocab")) {
                String name = names.get(piece.path(0).asText());
                if (name != null && id != unknownId) {
                    ((ArrayNode) piece).set(0, name);
                }
                id++;
            }
        }
        return root.toString();
    }

    /** What merges produce has to stay in the vocabulary under its name. */
    private static void addMerged(JsonNode merges, Set<String> fixed) {
        for (JsonNode merge : merges) {
            fixed.add(
                    merge.isTextual()
                            ? merge.textValue().replaceFirst(" ", "")
                            : merge.path(0).asText() + merge.path(1).asText());
        }
    }

    private static ObjectNode parse(String json) {
        try {
            return (ObjectNode) JsonFiles.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new TokenizerException("tokenizer.json is not JSON", e);
        }
    }
}
