package dev.windlass.engine.chat;

/** A piece of a chat answer, in the order in which it was generated. */
public sealed interface ChatDelta {
    /** Text for the reader. */
    record Content(String text) implements ChatDelta {}

    /** What the model thought before it answered. */
    record Reasoning(String text) implements ChatDelta {}

    /** A call begins; calls are numbered from 0. */
    record CallStarted(int index, String name) implements ChatDelta {}

    /** A fragment of the JSON text of a call's arguments. */
    record CallArguments(int index, String fragment) implements ChatDelta {}

    /** The call is complete, or the output ended within it. */
    record CallEnded(int index) implements ChatDelta {}
}
