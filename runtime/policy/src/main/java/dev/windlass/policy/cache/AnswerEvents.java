package dev.windlass.policy.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.policy.EventSink.Kind;
import dev.windlass.policy.StoredAnswer.Event;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes of a whole answer the events that a stream of it would have had, the text of each choice in one. */
final class AnswerEvents {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    /** Parts of a message that have events of their own, or none. */
    private static final Set<String> NO_TEXT = Set.of("role", "content", "tool_calls");

    private final Form form;
    private final JsonNode whole;
    private final boolean includesUsage;
    private final JsonMapper mapper;
    private final List<Event> events = new ArrayList<>();

    private AnswerEvents(Form form, JsonNode whole, boolean includesUsage, JsonMapper mapper) {
        this.form = form;
        this.whole = whole;
        this.includesUsage = includesUsage;
        this.mapper = mapper;
    }

    static List<Event> of(Form form, JsonNode whole, boolean includesUsage, JsonMapper mapper) {
        var events = new AnswerEvents(form, whole, includesUsage, mapper);
        for (var choice : whole.path("choices")) {
            if (form == Form.Text) {
                events.text(choice);
            } else {
                events.message(choice);
            }
        }
        events.end();
        return events.events;
    }

    private void text(JsonNode choice) {
        add(Kind.Content, textChoice(choice, choice.path("text").asText()));
        var last = textChoice(choice, "");
        finish(choice, last);
        add(Kind.Frame, last);
    }

    private static ObjectNode textChoice(JsonNode choice, String text) {
        var part = JsonNodeFactory.instance.objectNode();
        part.put("index", choice.path("index").asInt());
        part.put("text", text);
        part.putNull("logprobs");
        part.putNull("finish_reason");
        part.putNull("stop_reason");
        return part;
    }

    private void message(JsonNode choice) {
        var message = choice.path("message");
        var role = JsonNodeFactory.instance.objectNode();
        role.put("role", message.path("role").asText("assistant")).put("content", "");
        add(Kind.Frame, delta(choice, role));
        // What is thought comes before what is said.
        for (Map.Entry<String, JsonNode> field : message.properties()) {
            if (!NO_TEXT.contains(field.getKey()) && field.getValue().isTextual()) {
                add(Kind.Content, delta(choice, one(field.getKey(), field.getValue())));
            }
        }
        if (!message.path("content").asText("").isEmpty()) {
            add(Kind.Content, delta(choice, one("content", message.get("content"))));
        }
        int index = 0;
        for (var call : message.path("tool_calls")) {
            call(choice, call, index++);
        }
        var last = delta(choice, JsonNodeFactory.instance.objectNode());
        finish(choice, last);
        add(Kind.Frame, last);
    }

    private static ObjectNode one(String field, JsonNode value) {
        return JsonNodeFactory.instance.objectNode().set(field, value);
    }

    private void call(JsonNode choice, JsonNode call, int index) {
        var function = call.path("function");
        var begin = JsonNodeFactory.instance.objectNode();
        var begun = begin.putArray("tool_calls").addObject();
        begun.put("index", index);
        begun.set("id", call.path("id"));
        begun.put("type", "function");
        begun.putObject("function").put("name", function.path("name").asText()).put("arguments", "");
        add(Kind.Content, delta(choice, begin));
        var rest = JsonNodeFactory.instance.objectNode();
        rest.putArray("tool_calls")
                .addObject()
                .put("index", index)
                .putObject("function")
                .put("arguments", function.path("arguments").asText());
        add(Kind.Content, delta(choice, rest));
    }

    private static ObjectNode delta(JsonNode choice, ObjectNode delta) {
        var part = JsonNodeFactory.instance.objectNode();
        part.put("index", choice.path("index").asInt());
        part.set("delta", delta);
        part.putNull("logprobs");
        part.putNull("finish_reason");
        return part;
    }

    private static void finish(JsonNode choice, ObjectNode last) {
        last.set("finish_reason", choice.path("finish_reason"));
        if (choice.hasNonNull("stop_reason")) {
            last.set("stop_reason", choice.get("stop_reason"));
        }
    }

    private void add(Kind kind, ObjectNode choice) {
        var chunk = chunk();
        chunk.putArray("choices").add(choice);
        if (includesUsage) {
            chunk.putNull("usage");
        }
        addChunk(kind, chunk);
    }

    private ObjectNode chunk() {
        var chunk = JsonNodeFactory.instance.objectNode();
        chunk.set("id", whole.path("id"));
        chunk.put("object", form.chunk());
        chunk.set("created", whole.path("created"));
        chunk.set("model", whole.path("model"));
        return chunk;
    }

    private void end() {
        if (includesUsage) {
            var chunk = chunk();
            chunk.putArray("choices");
            chunk.set("usage", whole.path("usage"));
            addChunk(Kind.Frame, chunk);
        }
        events.add(new Event(DONE.clone(), Kind.Done));
    }

    private void addChunk(Kind kind, ObjectNode chunk) {
        var out = new ByteArrayOutputStream(256);
        out.writeBytes(DATA);
        try {
            out.writeBytes(mapper.writeValueAsBytes(chunk));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
        out.writeBytes(END);
        events.add(new Event(out.toByteArray(), kind));
    }
}
