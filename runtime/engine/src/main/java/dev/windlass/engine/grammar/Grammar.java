package dev.windlass.engine.grammar;

/** What an output may look like, compiled for one vocabulary. Immutable, shared by any number of requests. */
public interface Grammar {
    /** The state before the first token. */
    TokenConstraint start();
}
