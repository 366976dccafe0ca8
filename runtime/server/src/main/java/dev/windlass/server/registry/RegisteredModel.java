package dev.windlass.server.registry;

import dev.windlass.engine.token.Tokenizer;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A model that a server serves, whatever it is for. */
public sealed interface RegisteredModel permits ServedModel, ServedEncoder {
    /** What clients call it. */
    String name();

    /** Further names of it. */
    Set<String> aliases();

    Tokenizer tokenizer();

    /** How many tokens a request may have, what is generated included. */
    int contextLength();

    /** When it was loaded. */
    Instant created();

    /** Whether its engine takes no requests any more. */
    boolean isStopped();

    /** What it does and under which routes, for clients that asked it for something else. */
    String use();

    /** The paths at which it is asked for that: where it may have too much to do. */
    List<String> paths();
}
