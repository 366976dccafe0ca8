package dev.windlass.policy;

/** Where the events of a stream go. */
public interface EventSink {
    /** What an event of OpenAI's streams is. */
    enum Kind {
        /** A comment, or nothing at all. */
        Comment,
        /** A part of the answer without output: the role, the reason of the end, the usage. */
        Frame,
        /** Output, or something that is not known to be none. */
        Content,
        /** An error. */
        Error,
        /** The end. */
        Done
    }

    /**
     * Takes one whole event.
     *
     * @param event its bytes, with the blank line that ends it; overwritten afterwards
     * @return whether more is wanted; where not, the stream is complete as it is and the runtime need not go on
     */
    boolean event(byte[] event, int length, Kind kind);

    /** The stream is over, in good order. */
    void end();
}
