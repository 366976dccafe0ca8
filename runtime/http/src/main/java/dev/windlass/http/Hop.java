package dev.windlass.http;

/** What a gateway and a runtime say to each other beside OpenAI's API. Others ignore it, and lose nothing. */
public final class Hop {
    /** A request's header: tell what the stream cost, also where the client did not ask. */
    public static final String TELL_USAGE = "x-windlass-tell-usage";

    /** What the comment in a stream begins with that tells it; JSON as OpenAI's {@code usage} follows. */
    public static final String USAGE = "usage ";

    /** A request's header: what a runtime of the gateway's own process wants to see, so that nobody gets round the gateway. */
    public static final String SECRET = "x-windlass-secret";

    /** A request's header: the most tokens of its prompt. Like the next it can only bind a request further, so that anybody may send it. */
    public static final String MAX_INPUT_TOKENS = "x-windlass-max-input-tokens";

    /** A request's header: the most tokens of each output, and what an output gets that does not say. */
    public static final String MAX_OUTPUT_TOKENS = "x-windlass-max-output-tokens";

    private Hop() {}
}
