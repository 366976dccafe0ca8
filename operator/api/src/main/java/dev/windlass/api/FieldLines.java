package dev.windlass.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Where the fields of a YAML file stand. */
final class FieldLines {
    private final Map<String, Integer> lines = new HashMap<>();

    private FieldLines() {}

    static FieldLines read(JsonParser parser) throws IOException {
        var found = new FieldLines();
        int document = -1;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            JsonStreamContext place = parser.getParsingContext();
            boolean opens = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
            JsonStreamContext holder = opens ? place.getParent() : place;
            if (opens && holder.inRoot()) {
                document++;
            }
            if (!token.isStructEnd()) {
                found.lines.putIfAbsent(
                        document + path(holder), parser.currentTokenLocation().getLineNr());
            }
        }
        return found;
    }

    /** The line of a field, or of what should have held it. */
    int line(int document, String field) {
        for (String path = "." + field; !path.isEmpty(); path = parent(path)) {
            Integer line = lines.get(document + path);
            if (line != null) {
                return line;
            }
        }
        return lines.getOrDefault(String.valueOf(document), 1);
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('[')));
    }

    private static String path(JsonStreamContext place) {
        if (place.inRoot()) {
            return "";
        }
        String step = place.inArray() ? "[" + place.getCurrentIndex() + "]" : "." + place.getCurrentName();
        return path(place.getParent()) + step;
    }
}
