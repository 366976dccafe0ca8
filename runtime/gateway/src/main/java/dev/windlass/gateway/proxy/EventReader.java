package dev.windlass.gateway.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.http.Hop;
import dev.windlass.policy.EventSink.Kind;
import dev.windlass.policy.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Says what an event of OpenAI's streams is. Until the first content every event is parsed; after it only those are whose
 * bytes say that they end a choice or the stream, so that tokens cost a search and no parse.
 */
final class EventReader {
    private static final byte[] TOLD = ascii(": " + Hop.USAGE);
    private static final byte[] DATA = ascii("data:");
    private static final byte[] DONE = ascii("[DONE]");
    private static final byte[] ERROR = ascii("{\"error\"");
    private static final byte[] FINISH = ascii("\"finish_reason\":\"");
    private static final byte[] NO_CHOICES = ascii("\"choices\":[]");
    private static final String[] TEXTS = {"content", "reasoning_content", "reasoning", "refusal"};

    private final JsonMapper json;
    private @Nullable Usage usage;

    EventReader(JsonMapper json) {
        this.json = json;
    }

    /** The usage of an answer, where it tells one. */
    static @Nullable Usage usage(JsonNode answer) {
        var usage = answer.get("usage");
        return usage == null || !usage.isObject() ? null : read(usage);
    }

    private static Usage read(JsonNode usage) {
        return new Usage(
                usage.path("prompt_tokens").asLong(),
                usage.path("completion_tokens").asLong(),
                usage.path("prompt_tokens_details").path("cached_tokens").asLong());
    }

    /** Whether an event is a runtime's word to the gateway, which clients do not get. */
    boolean takes(byte[] event, int length) {
        if (!startsWith(event, 0, length, TOLD)) {
            return false;
        }
        try {
            usage = read(json.readTree(event, TOLD.length, length - TOLD.length));
        } catch (IOException e) {
            // It has our word's beginning and is none of ours.
            return false;
        }
        return true;
    }

    /** The usage that the events told so far, if they did. */
    @Nullable
    Usage usage() {
        return usage;
    }

    /** @param hasBegun whether there was content before */
    Kind read(byte[] event, int length, boolean hasBegun) {
        int data = dataOf(event, length);
        if (data < 0) {
            return event[0] == ':' || event[0] == '\n' || event[0] == '\r' ? Kind.Comment : Kind.Content;
        }
        if (startsWith(event, data, length, DONE)) {
            return Kind.Done;
        }
        if (startsWith(event, data, length, ERROR)) {
            return Kind.Error;
        }
        boolean plain = hasBegun && find(event, data, length, FINISH) < 0 && find(event, data, length, NO_CHOICES) < 0;
        return plain ? Kind.Content : parse(event, data, length);
    }

    private Kind parse(byte[] event, int data, int length) {
        JsonNode node;
        try {
            node = json.readTree(event, data, length - data);
        } catch (IOException e) {
            return Kind.Content;
        }
        var told = usage(node);
        if (told != null) {
            usage = told;
        }
        if (node.has("error")) {
            return Kind.Error;
        }
        var choices = node.get("choices");
        if (choices == null) {
            return Kind.Content;
        }
        for (var choice : choices) {
            if (hasOutput(choice)) {
                return Kind.Content;
            }
        }
        return Kind.Frame;
    }

    private static boolean hasOutput(JsonNode choice) {
        if (!choice.path("text").asText("").isEmpty()) {
            return true;
        }
        var delta = choice.path("delta");
        for (String text : TEXTS) {
            if (!delta.path(text).asText("").isEmpty()) {
                return true;
            }
        }
        return !delta.path("tool_calls").isEmpty() || delta.hasNonNull("function_call");
    }

    /** Where the data of an event with one line of it begins, -1 for other events. */
    private static int dataOf(byte[] event, int length) {
        if (!startsWith(event, 0, length, DATA)) {
            return -1;
        }
        int data = DATA.length;
        while (data < length && event[data] == ' ') {
            data++;
        }
        return data;
    }

    private static boolean startsWith(byte[] bytes, int offset, int length, byte[] wanted) {
        if (length - offset < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[offset + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static int find(byte[] bytes, int offset, int length, byte[] wanted) {
        int last = length - wanted.length;
        byte first = wanted[1];
        for (int i = offset; i <= last; i++) {
            // The second byte is rarer than the first, which is a quote.
            if (bytes[i + 1] == first && startsWith(bytes, i, length, wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
