package dev.windlass.engine.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.engine.chat.ChatDelta.CallArguments;
import dev.windlass.engine.chat.ChatDelta.CallStarted;
import dev.windlass.engine.grammar.ToolCallFormat.Call;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a call that is one JSON object. */
final class JsonCallReader implements CallReader {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private enum Expect {
        OBJECT,
        KEY_OR_END,
        KEY,
        COLON,
        VALUE,
        IN_KEY,
        IN_VALUE,
        COMMA_OR_END
    }

    private final Call.Json format;
    private final int index;
    private final StringBuilder raw = new StringBuilder();
    private final StringBuilder token = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();
    private final JsonNesting nesting = new JsonNesting();
    private Expect expect = Expect.OBJECT;
    private String key = "";
    private @Nullable String name;
    private boolean started;
    private boolean anyArguments;
    private boolean argumentsAreText;

    JsonCallReader(Call.Json format, int index) {
        this.format = format;
        this.index = index;
    }

    @Override
    public boolean hasStarted() {
        return started;
    }

    @Override
    public String raw() {
        return raw.toString();
    }

    @Override
    public State read(char c, List<ChatDelta> deltas) {
        raw.append(c);
        return switch (expect) {
            case IN_KEY, IN_VALUE -> inside(c, deltas);
            case OBJECT -> punctuation(c, '{', Expect.KEY_OR_END);
            case COLON -> punctuation(c, ':', Expect.VALUE);
            case KEY_OR_END, KEY -> key(c, deltas);
            case VALUE -> value(c);
            case COMMA_OR_END -> {
                if (c == '}') {
                    yield complete(deltas);
                }
                yield punctuation(c, ',', Expect.KEY);
            }
        };
    }

    private State punctuation(char c, char wanted, Expect next) {
        if (c == wanted) {
            expect = next;
            return State.READING;
        }
        return Character.isWhitespace(c) ? State.READING : State.FAILED;
    }

    private State key(char c, List<ChatDelta> deltas) {
        if (c == '}' && expect == Expect.KEY_OR_END) {
            return complete(deltas);
        }
        if (c != '"') {
            return Character.isWhitespace(c) ? State.READING : State.FAILED;
        }
        begin(c);
        expect = Expect.IN_KEY;
        return State.READING;
    }

    private State value(char c) {
        if (Character.isWhitespace(c)) {
            return State.READING;
        }
        if (c == ',' || c == '}' || c == ']') {
            return State.FAILED;
        }
        begin(c);
        expect = Expect.IN_VALUE;
        if (key.equals(format.argumentsKey())) {
            anyArguments = true;
            argumentsAreText = nesting.isInString();
            arguments.append(c);
        }
        return State.READING;
    }

    private void begin(char c) {
        token.setLength(0);
        token.append(c);
        nesting.begin(c);
    }

    private State inside(char c, List<ChatDelta> deltas) {
        if (nesting.isBare() && (c == ',' || c == '}' || Character.isWhitespace(c))) {
            // A number, true, false or null ends before this character.
            if (ended(deltas) == State.FAILED) {
                return State.FAILED;
            }
            raw.setLength(raw.length() - 1);
            return read(c, deltas);
        }
        boolean isArguments = expect == Expect.IN_VALUE && key.equals(format.argumentsKey());
        if (isArguments) {
            arguments.append(c);
        } else if (token.length() < 100_000) {
            token.append(c);
        }
        return nesting.endsWith(c) ? ended(deltas) : State.READING;
    }

    /** A key or a value is complete. */
    private State ended(List<ChatDelta> deltas) {
        if (expect == Expect.IN_KEY) {
            String decoded = decoded(token.toString());
            if (decoded == null) {
                return State.FAILED;
            }
            key = decoded;
            expect = Expect.COLON;
            return State.READING;
        }
        expect = Expect.COMMA_OR_END;
        if (key.equals(format.nameKey())) {
            name = decoded(token.toString());
            if (name == null || name.isEmpty()) {
                return State.FAILED;
            }
            start(deltas);
        } else if (key.equals(format.argumentsKey()) && argumentsAreText) {
            // Some models put the JSON of the arguments into a string.
            String text = decoded(arguments.toString());
            if (text == null) {
                return State.FAILED;
            }
            arguments.setLength(0);
            arguments.append(text);
            argumentsAreText = false;
        }
        return State.READING;
    }

    private void start(List<ChatDelta> deltas) {
        if (!started) {
            started = true;
            deltas.add(new CallStarted(index, Objects.requireNonNull(name)));
        }
    }

    @Override
    public void flush(List<ChatDelta> deltas) {
        if (started && !argumentsAreText && !arguments.isEmpty()) {
            deltas.add(new CallArguments(index, arguments.toString()));
            arguments.setLength(0);
        }
    }

    private State complete(List<ChatDelta> deltas) {
        if (!started) {
            return State.FAILED;
        }
        if (!anyArguments) {
            arguments.append("{}");
        }
        flush(deltas);
        return State.COMPLETE;
    }

    private static @Nullable String decoded(String quoted) {
        try {
            JsonNode node = MAPPER.readTree(quoted);
            return node.isTextual() ? node.textValue() : null;
        } catch (JsonProcessingException malformed) {
            return null;
        }
    }
}
