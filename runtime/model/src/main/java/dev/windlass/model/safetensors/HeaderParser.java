package dev.windlass.model.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.windlass.onnx.graph.ElementType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a header's JSON: strict UTF-8, no duplicate names, no depth, no numbers but whole ones. */
final class HeaderParser {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(3)
                    .maxNumberLength(20)
                    .maxNameLength(4_096)
                    .maxStringLength(16 << 20)
                    .build())
            .build();

    private final JsonParser parser;

    private HeaderParser(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws IOException when it is not a header, with a reason that fits behind the file's name */
    static Header parse(byte[] json, long dataBytes) throws IOException {
        var utf8 = StandardCharsets.UTF_8.newDecoder();
        try (var parser = JSON.createParser(new InputStreamReader(new ByteArrayInputStream(json), utf8))) {
            return new HeaderParser(parser).header(dataBytes);
        }
    }

    private Header header(long dataBytes) throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
        var entries = new ArrayList<Header.Entry>();
        Map<String, String> metadata = Map.of();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            if (name.equals("__metadata__")) {
                metadata = metadata();
            } else {
                entries.add(entry(name));
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT, "the header");
        if (parser.nextToken() != null) {
            throw new HeaderException("the header goes on after its closing brace");
        }
        return Header.checked(entries, metadata, dataBytes);
    }

    private Map<String, String> metadata() throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "__metadata__");
        var metadata = new LinkedHashMap<String, String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var key = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_STRING, "__metadata__ " + key);
            metadata.put(key, parser.getText());
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT, "__metadata__");
        return metadata;
    }

    private Header.Entry entry(String name) throws IOException {
        var where = "tensor " + name;
        expect(parser.nextToken(), JsonToken.START_OBJECT, where);
        ElementType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var key = parser.currentName();
            switch (key) {
                case "dtype" -> type = type(where);
                case "shape" -> shape = numbers(where + " shape", Header.MAXIMUM_AXES);
                case "data_offsets" -> offsets = numbers(where + " data_offsets", 2);
                default -> throw new HeaderException(where + ": expected dtype, shape and data_offsets, found " + key);
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT, where);
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw new HeaderException(where + ": expected dtype, shape and two data_offsets");
        }
        return new Header.Entry(name, type, shape, offsets.getFirst(), offsets.getLast());
    }

    private ElementType type(String where) throws IOException {
        expect(parser.nextToken(), JsonToken.VALUE_STRING, where + " dtype");
        var name = parser.getText();
        return DataType.named(name)
                .orElseThrow(() -> new HeaderException(
                        "%s: expected a dtype of %s, found \"%s\"".formatted(where, DataType.names(), name)))
                .element();
    }

    private List<Long> numbers(String where, int most) throws IOException {
        expect(parser.nextToken(), JsonToken.START_ARRAY, where);
        var numbers = new ArrayList<Long>();
        while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            if (numbers.size() == most) {
                throw new HeaderException("%s: expected at most %d numbers".formatted(where, most));
            }
            numbers.add(parser.getLongValue());
        }
        expect(parser.currentToken(), JsonToken.END_ARRAY, where);
        return numbers;
    }

    private static void expect(@Nullable JsonToken found, JsonToken wanted, String where) throws HeaderException {
        if (found != wanted) {
            throw new HeaderException("%s: expected %s, found %s"
                    .formatted(where, words(wanted), found == null ? "the end" : words(found)));
        }
    }

    private static String words(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case END_OBJECT -> "the end of an object";
            case START_ARRAY -> "a list";
            case END_ARRAY -> "the end of a list of whole numbers";
            case FIELD_NAME -> "a name";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "nothing";
        };
    }
}
