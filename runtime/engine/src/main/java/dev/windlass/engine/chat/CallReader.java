package dev.windlass.engine.chat;

import java.util.List;

/** Reads one call while it arrives, character by character, and passes its arguments on untouched. */
sealed interface CallReader permits JsonCallReader, NamedCallReader {
    enum State {
        READING,
        COMPLETE,
        /** The text is no call. */
        FAILED
    }

    State read(char c, List<ChatDelta> deltas);

    /** Whether the name is known, so that the call was announced. */
    boolean hasStarted();

    /** All that was read, for text that turned out to be no call. */
    String raw();

    /** Passes on the arguments read so far. */
    void flush(List<ChatDelta> deltas);
}
