package dev.windlass.policy;

import java.util.List;

/**
 * An answer that is there before anybody was asked.
 *
 * @param revision whose answer it is
 */
public record StoredAnswer(String revision, Form form) {
    /** How it is given. */
    public sealed interface Form {}

    /** As one body. */
    public record Whole(WholeAnswer answer) implements Form {}

    /** As a stream. */
    public record Events(List<Event> events) implements Form {
        public Events {
            events = List.copyOf(events);
        }
    }

    /** One event of a stream, with the blank line that ends it. The array is not copied: whoever makes one gives it away. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Event(byte[] bytes, EventSink.Kind kind) {}
}
