package dev.windlass.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads what clients send, strictly, and writes what they get: snake case, nulls where a record has them. */
public final class Json {
    /** Deeper than any request has reason to be, and far from the end of any stack. */
    private static final int DEEPEST = 100;

    private final JsonMapper mapper;

    /** @param longestText the longest string a body may hold, in characters */
    public Json(int longestText) {
        this.mapper = JsonMapper.builder(factory(longestText))
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /**
     * What parses bodies within bounds. A gateway and a runtime must agree on it: of one field given twice the one would
     * route by the first value and the other serve by the second.
     *
     * @param longestText the longest string a body may hold, in characters
     */
    public static JsonFactory factory(int longestText) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxNumberLength(100)
                        .maxNameLength(10_000)
                        .maxStringLength(longestText)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    /** Parses a request's body, which must be one JSON object in UTF-8. */
    public Fields parseObject(byte[] body) {
        JsonNode node;
        try {
            node = mapper.readTree(utf8(body));
        } catch (JsonProcessingException e) {
            var where = e.getLocation();
            throw ApiException.invalid(
                    400,
                    null,
                    "invalid_json",
                    "We could not parse the JSON body of your request: %s%s"
                            .formatted(
                                    firstLine(e.getOriginalMessage()),
                                    where == null
                                            ? ""
                                            : " (line %d, column %d)"
                                                    .formatted(where.getLineNr(), where.getColumnNr())));
        }
        if (node instanceof ObjectNode object) {
            return new Fields(object, "");
        }
        throw ApiException.invalid(
                400, null, "invalid_json", "The body of the request: expected a JSON object, got " + Fields.kind(node));
    }

    /** Encodes a record or a tree. */
    public byte[] bytes(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns a tree into maps, lists, strings, numbers and booleans. */
    public Object plain(JsonNode node) {
        return mapper.convertValue(node, Object.class);
    }

    /** Parses JSON within a string where it is an object, and leaves other strings as they are. */
    public JsonNode parseArguments(JsonNode text, String name) {
        try {
            var node = mapper.readTree(Fields.text(text, name));
            return node instanceof ObjectNode ? node : text;
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private static String utf8(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ApiException.invalid(400, null, "invalid_utf8", "The body of the request is not valid UTF-8");
        }
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
