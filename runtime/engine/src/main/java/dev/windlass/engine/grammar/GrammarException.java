package dev.windlass.engine.grammar;

/**
 * A constraint that cannot be compiled, or cannot be met by the vocabulary. The message is meant for the client that
 * sent the constraint (a 400 answer): for a schema it names the JSON pointer and the keyword.
 */
public final class GrammarException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GrammarException(String message) {
        super(message);
    }
}
