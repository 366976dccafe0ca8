package dev.windlass.gateway.proxy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.windlass.http.ApiException;
import dev.windlass.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Finds what a gateway has to know in a request's body, in one pass and without building a tree. */
final class PeekReader {
    private final JsonFactory factory;

    /** @param longestText the longest string a body may hold, in characters */
    PeekReader(int longestText) {
        this.factory = Json.factory(longestText);
    }

    /**
     * Reads a body, which must be a JSON object in UTF-8.
     *
     * @param onlyModel the model of bodies that name none; where it is null, every body must
     */
    Peek read(byte[] body, @Nullable String onlyModel) {
        try (JsonParser parser = factory.createParser(body)) {
            return new Pass(parser, onlyModel).read();
        } catch (JsonProcessingException e) {
            String message = e.getOriginalMessage();
            int end = message.indexOf('\n');
            throw invalid("We could not parse the JSON body of your request: "
                    + (end < 0 ? message : message.substring(0, end)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ApiException invalid(String message) {
        return ApiException.invalid(400, null, "invalid_json", message);
    }

    /** One pass over one body. */
    private static final class Pass {
        private final JsonParser parser;
        private final PrefixHash prefix = new PrefixHash();
        private @Nullable String model;
        private @Nullable String user;
        private boolean streams;
        private int modelBegin;
        private int modelEnd;

        Pass(JsonParser parser, @Nullable String onlyModel) {
            this.parser = parser;
            this.model = onlyModel;
        }

        Peek read() throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("The body of the request: expected a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (field) {
                    case "model" -> readModel(value);
                    case "stream" -> streams = value == JsonToken.VALUE_TRUE;
                    case "user" -> user = value == JsonToken.VALUE_STRING ? parser.getText() : null;
                    case "prompt", "input" -> hashTexts(value);
                    case "messages" -> hashMessages(value);
                    default -> {}
                }
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                throw invalid("The body of the request: expected one JSON object, got more");
            }
            if (model == null) {
                throw ApiException.invalid(400, "model", "missing_required_parameter", "you must provide a model");
            }
            return new Peek(model, streams, user, prefix.value(), modelBegin, modelEnd);
        }

        private void readModel(JsonToken value) throws IOException {
            if (value != JsonToken.VALUE_STRING) {
                throw ApiException.invalid(400, "model", "invalid_type", "model: expected a string");
            }
            long begin = parser.currentTokenLocation().getByteOffset();
            model = parser.getText();
            long end = parser.currentLocation().getByteOffset();
            if (begin < 0) {
                throw ApiException.invalid(400, null, "invalid_utf8", "The body of the request is not valid UTF-8");
            }
            modelBegin = Math.toIntExact(begin);
            modelEnd = Math.toIntExact(end);
        }

        /** All strings of a value, however deep. */
        private void hashTexts(JsonToken first) throws IOException {
            int depth = 0;
            JsonToken token = first;
            while (true) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING && !prefix.isFull()) {
                    prefix.add(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
                }
                if (depth == 0) {
                    return;
                }
                token = parser.nextToken();
            }
        }

        /** Up to the first message of the user: what stays the same at every turn of a conversation. */
        private void hashMessages(JsonToken array) throws IOException {
            if (array != JsonToken.START_ARRAY) {
                return;
            }
            boolean asked = false;
            for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                if (asked || item != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                } else {
                    asked = hashMessage();
                }
            }
        }

        private boolean hashMessage() throws IOException {
            boolean asked = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("role") && value == JsonToken.VALUE_STRING) {
                    asked = parser.getText().equals("user");
                } else if (field.equals("content")) {
                    hashTexts(value);
                }
                parser.skipChildren();
            }
            return asked;
        }
    }
}
