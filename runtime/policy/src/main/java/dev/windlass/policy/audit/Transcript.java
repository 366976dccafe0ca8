package dev.windlass.policy.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.policy.audit.AuditEntry.Saying;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The texts of requests and answers, to a bound. */
final class Transcript {
    /** In characters: of a prompt, and of an answer. */
    static final int LONGEST = 32 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> PROMPTS = List.of("prompt", "input", "inputs", "query", "documents");

    private final Map<Integer, StringBuilder> choices = new TreeMap<>();
    private int left = LONGEST;
    private boolean isCut;

    /** What a request asks. */
    static List<Saying> prompt(JsonNode request) {
        var gathered = new ArrayList<Saying>();
        int room = LONGEST;
        for (JsonNode message : request.path("messages")) {
            var text = new StringBuilder();
            texts(message.path("content"), text);
            room = add(gathered, message.path("role").asText("user"), text, room);
        }
        for (String field : PROMPTS) {
            var text = new StringBuilder();
            texts(request.path(field), text);
            room = add(gathered, "user", text, room);
        }
        return gathered;
    }

    private static int add(List<Saying> gathered, String role, CharSequence text, int room) {
        if (text.isEmpty()) {
            return room;
        }
        int taken = Math.min(room, text.length());
        gathered.add(new Saying(role, text.subSequence(0, taken).toString(), taken == text.length()));
        return room - taken;
    }

    private static void texts(JsonNode node, StringBuilder into) {
        if (node.isTextual()) {
            if (!into.isEmpty()) {
                into.append('\n');
            }
            into.append(node.textValue(), 0, Math.min(node.textValue().length(), LONGEST + 1));
        } else if (node.isArray() && into.length() <= LONGEST) {
            node.forEach(part -> texts(part.isObject() ? part.path("text") : part, into));
        }
    }

    /** Adds an event of a stream, with its {@code data:}. */
    void event(byte[] event, int length) {
        for (String line : new String(event, 0, length, StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.startsWith("data:") && left > 0) {
                try {
                    answer(JSON.readTree(line.substring("data:".length())));
                } catch (JsonProcessingException noJson) {
                    // Such as [DONE].
                }
            } else if (line.startsWith("data:")) {
                isCut = true;
            }
        }
    }

    /** Adds a whole answer. */
    void answer(byte[] body) {
        try {
            answer(JSON.readTree(body));
        } catch (IOException noJson) {
            // Then nothing was said.
        }
    }

    private void answer(JsonNode answer) {
        for (JsonNode choice : answer.path("choices")) {
            int index = choice.path("index").asInt();
            add(index, choice.path("text"));
            for (String part : List.of("message", "delta")) {
                add(index, choice.path(part).path("reasoning_content"));
                add(index, choice.path(part).path("content"));
                for (JsonNode call : choice.path(part).path("tool_calls")) {
                    add(index, call.path("function").path("name"));
                    add(index, call.path("function").path("arguments"));
                }
            }
        }
        add(0, answer.path("text"));
    }

    private void add(int choice, JsonNode text) {
        if (!text.isTextual()) {
            return;
        }
        String said = text.textValue();
        int taken = Math.min(left, said.length());
        choices.computeIfAbsent(choice, _ -> new StringBuilder()).append(said, 0, taken);
        left -= taken;
        isCut |= taken < said.length();
    }

    /** What was answered so far. */
    List<Saying> sayings() {
        return choices.entrySet().stream()
                .map(entry ->
                        new Saying(entry.getKey().toString(), entry.getValue().toString(), !isCut))
                .toList();
    }
}
