package dev.windlass.policy.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Usage;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes a whole answer of the events of a stream, as the runtime would have given it. What it does not know it does not guess: then there is none. */
final class AnswerAssembly {
    private static final int DATA = "data:".length();

    private final Form form;
    private final JsonMapper mapper;
    private final int most;
    private final Map<Integer, AssembledChoice> choices = new TreeMap<>();
    private @Nullable ObjectNode head;
    private @Nullable JsonNode usage;
    private long bytes;
    private boolean isOdd;
    private boolean isDone;

    /** @param most the longest stream worth it, in bytes */
    AnswerAssembly(Form form, JsonMapper mapper, int most) {
        this.form = form;
        this.mapper = mapper;
        this.most = most;
    }

    void event(byte[] event, int length, EventSink.Kind kind) {
        bytes += length;
        isOdd |= bytes > most;
        if (isOdd) {
            return;
        }
        switch (kind) {
            case Comment -> {}
            case Error -> isOdd = true;
            case Done -> isDone = true;
            case Frame, Content -> read(event, length);
        }
    }

    private void read(byte[] event, int length) {
        JsonNode chunk;
        try {
            chunk = mapper.readTree(event, DATA, length - DATA);
        } catch (IOException malformed) {
            isOdd = true;
            return;
        }
        var list = chunk.path("choices");
        if (!list.isArray()) {
            isOdd = true;
            return;
        }
        if (head == null) {
            head = JsonNodeFactory.instance.objectNode();
            head.put("id", chunk.path("id").asText());
            head.put("object", form.whole());
            head.set("created", chunk.path("created"));
            head.set("model", chunk.path("model"));
        }
        if (chunk.path("usage").isObject()) {
            usage = chunk.get("usage");
        }
        for (var choice : list) {
            isOdd |= !choices.computeIfAbsent(choice.path("index").asInt(), AssembledChoice::new)
                    .add(choice);
        }
    }

    /** @param told what the stream cost, for streams that did not say so themselves */
    Optional<ObjectNode> whole(@Nullable Usage told) {
        if (isOdd || !isDone || head == null || choices.isEmpty() || (usage == null && told == null)) {
            return Optional.empty();
        }
        var list = head.putArray("choices");
        choices.values().forEach(choice -> list.add(choice.whole(form)));
        head.set("usage", usage == null && told != null ? usage(told) : usage);
        return Optional.of(head);
    }

    private static ObjectNode usage(Usage told) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("prompt_tokens", told.promptTokens());
        node.put("completion_tokens", told.generatedTokens());
        node.put("total_tokens", told.promptTokens() + told.generatedTokens());
        node.putObject("prompt_tokens_details").put("cached_tokens", told.cachedTokens());
        return node;
    }
}
