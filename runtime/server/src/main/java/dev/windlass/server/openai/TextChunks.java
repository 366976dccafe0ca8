package dev.windlass.server.openai;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.windlass.http.EventStream;
import java.nio.charset.StandardCharsets;

/**
 * The events that make up nearly all of a stream: one choice, some text, nothing else. All but the text is the same for
 * every token, so it is encoded once.
 */
final class TextChunks {
    private static final String MARK = "\u0001";

    private final byte[][] before;
    private final byte[][] after;
    private final JsonStringEncoder encoder = JsonStringEncoder.getInstance();

    /** Encodes an event's JSON for each choice. */
    interface Sample {
        byte[] encode(int index, String text);
    }

    TextChunks(int choices, Sample sample) {
        this.before = new byte[choices][];
        this.after = new byte[choices][];
        for (int i = 0; i < choices; i++) {
            String json = new String(sample.encode(i, MARK), StandardCharsets.UTF_8);
            String mark = "\\u0001";
            int at = json.lastIndexOf(mark);
            before[i] = json.substring(0, at).getBytes(StandardCharsets.UTF_8);
            after[i] = json.substring(at + mark.length()).getBytes(StandardCharsets.UTF_8);
        }
    }

    void add(EventStream events, int choice, String text) {
        events.add(before[choice], encoder.quoteAsUTF8(text), after[choice]);
    }
}
