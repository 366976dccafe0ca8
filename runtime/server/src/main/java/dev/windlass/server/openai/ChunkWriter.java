package dev.windlass.server.openai;

import dev.windlass.engine.GenerationEvent;
import dev.windlass.http.EventStream;
import dev.windlass.http.Hop;
import dev.windlass.http.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of a stream, each what is new of one choice, with what they say of usage. Text alone, which is nearly
 * all of a stream, takes a shorter way.
 *
 * @param <C> the choice of a chunk
 */
final class ChunkWriter<C> {
    private final EventStream events;
    private final Json json;
    private final Format<C> format;
    private final UsageMeter usage;
    private final TextChunks texts;

    /** How the chunks of an endpoint look. */
    interface Format<C> {
        /** A choice that has some text and nothing else. */
        C text(int index, String text);

        Object chunk(List<C> choices, @Nullable Object usage);
    }

    ChunkWriter(EventStream events, Json json, UsageMeter usage, Format<C> format) {
        this.events = events;
        this.json = json;
        this.format = format;
        this.usage = usage;
        this.texts = new TextChunks(
                usage.sequences(), (index, text) -> encoded(List.of(format.text(index, text)), usage.placeholder()));
    }

    /** Counts a token of a choice, before it is written. */
    void count(int index) {
        usage.count(index);
    }

    void text(int index, String text) {
        if (usage.isContinuous()) {
            add(index, format.text(index, text));
        } else {
            texts.add(events, index, text);
        }
    }

    void add(int index, C choice) {
        events.add(encoded(List.of(choice), usage.during(index)));
    }

    /** Adds a choice's last chunk. */
    void addLast(int index, C choice, GenerationEvent.Usage used, boolean isFirstOfPrompt, int generated) {
        usage.add(used, isFirstOfPrompt, generated);
        add(index, choice);
    }

    /** Adds what comes after the last choice's end. */
    void end() {
        if (usage.endsStream()) {
            events.add(encoded(List.of(), usage.total()));
        } else if (usage.isToldToGateway()) {
            events.addComment(Hop.USAGE, json.bytes(usage.total()));
        }
    }

    private byte[] encoded(List<C> choices, @Nullable Object shown) {
        return json.bytes(format.chunk(choices, shown));
    }
}
