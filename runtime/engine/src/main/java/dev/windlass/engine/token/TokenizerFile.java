package dev.windlass.engine.token;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tokenizer.json says that a decoder needs. Read as a stream, since a vocabulary's merges, of no use here, are most
 * of the file.
 *
 * @param json the whole file
 * @param vocabulary the model's tokens by id, without the added ones
 * @param normalizer what becomes of a text before it is split, or JSON null
 * @param decoder the decoder's settings, or JSON null
 */
record TokenizerFile(
        String json,
        Map<Integer, String> vocabulary,
        List<AddedToken> addedTokens,
        JsonNode normalizer,
        JsonNode decoder) {
    /** Bounds what a malformed file can make us allocate; the largest vocabularies have 300,000 tokens. */
    static final int LARGEST_ID = (1 << 22) - 1;

    private static final long LARGEST_FILE = 256L << 20;

    static TokenizerFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new TokenizerException("expected a tokenizer at " + file + ", and there is no such file");
        }
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new TokenizerException("%s: expected at most %d MiB, got %d bytes"
                        .formatted(file, LARGEST_FILE >> 20, Files.size(file)));
            }
            return parse(file, Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new TokenizerException(file + " is not a tokenizer", e);
        } catch (IOException e) {
            throw new TokenizerException(file + " cannot be read", e);
        }
    }

    private static TokenizerFile parse(Path file, String json) throws IOException {
        var vocabulary = new TreeMap<Integer, String>();
        var added = new ArrayList<AddedToken>();
        JsonNode normalizer = NullNode.getInstance();
        JsonNode decoder = NullNode.getInstance();
        boolean hasModel = false;
        try (var parser = JsonFiles.MAPPER.createParser(json)) {
            expect(file, parser.nextToken(), JsonToken.START_OBJECT, "tokenizer");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (field) {
                    case "added_tokens" -> readAdded(file, parser, added);
                    case "normalizer" -> normalizer = parser.readValueAsTree();
                    case "decoder" -> decoder = parser.readValueAsTree();
                    case "model" -> {
                        expect(file, value, JsonToken.START_OBJECT, "model");
                        hasModel = true;
                        readModel(file, parser, vocabulary);
                    }
                    default -> parser.skipChildren();
                }
            }
        }
        if (!hasModel || vocabulary.isEmpty()) {
            throw new TokenizerException(file + ": expected a model with a vocabulary, found none");
        }
        return new TokenizerFile(json, vocabulary, List.copyOf(added), normalizer, decoder);
    }

    private static void readAdded(Path file, JsonParser parser, List<AddedToken> added) throws IOException {
        JsonNode tokens = parser.readValueAsTree();
        for (JsonNode token : tokens) {
            if (!token.path("content").isTextual() || !token.path("id").isInt()) {
                throw new TokenizerException(file + ": expected added_tokens with a content and an id, got " + token);
            }
            added.add(new AddedToken(
                    token.path("id").intValue(),
                    token.path("content").textValue(),
                    token.path("special").asBoolean(false)));
        }
    }

    private static void readModel(Path file, JsonParser parser, Map<Integer, String> vocabulary) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!field.equals("vocab")) {
                parser.skipChildren();
            } else if (value == JsonToken.START_ARRAY) {
                readPieces(file, parser, vocabulary);
            } else {
                expect(file, value, JsonToken.START_OBJECT, "model.vocab");
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String token = parser.currentName();
                    expect(file, parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "model.vocab." + token);
                    vocabulary.put(checked(file, token, parser.getIntValue()), token);
                }
            }
        }
    }

    /** Unigram vocabularies: pairs of a piece and its score, in the order of their ids. */
    private static void readPieces(Path file, JsonParser parser, Map<Integer, String> vocabulary) throws IOException {
        for (int id = 0; parser.nextToken() == JsonToken.START_ARRAY; id++) {
            expect(file, parser.nextToken(), JsonToken.VALUE_STRING, "model.vocab[" + id + "]");
            vocabulary.put(checked(file, parser.getText(), id), parser.getText());
            parser.nextToken();
            expect(file, parser.nextToken(), JsonToken.END_ARRAY, "model.vocab[" + id + "]");
        }
    }

    private static int checked(Path file, String token, int id) {
        if (id < 0 || id > LARGEST_ID) {
            throw new TokenizerException(
                    "%s: expected ids of 0 to %d, got %d for \"%s\"".formatted(file, LARGEST_ID, id, token));
        }
        return id;
    }

    private static void expect(Path file, JsonToken found, JsonToken expected, String where) {
        if (found != expected) {
            throw new TokenizerException("%s: expected %s at %s, got %s".formatted(file, expected, where, found));
        }
    }
}
