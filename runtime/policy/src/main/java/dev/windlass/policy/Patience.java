package dev.windlass.policy;

/** Whoever waits for an answer, as a policy sees it that makes it wait. */
public interface Patience {
    /** Throws what ends the wait, where the client left or the server stops. */
    void requireGoing();

    /** Shows the client that its request is alive. */
    void keepAlive();
}
