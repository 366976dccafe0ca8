package dev.windlass.policy;

import java.util.Optional;

/**
 * What one policy has to do with a request that it let in, to the request's end. Called by the request's thread only. Everything has a
 * default that changes nothing.
 */
public interface Passage {
    /** Of a policy that has nothing to do with a request. */
    Passage FREE = new Passage() {};

    /**
     * The answer that no runtime has to be asked for. May wait, and be told to stop, by {@code patience}.
     *
     * @throws dev.windlass.http.ApiException what the client is told instead
     */
    default Optional<StoredAnswer> stored(Patience patience) {
        return Optional.empty();
    }

    /**
     * Takes part in a stream, once one begins. Called once: what went before, at runtimes that failed, is not seen.
     *
     * @param next where events go on
     * @return where they come in
     */
    default EventSink events(EventSink next) {
        return next;
    }

    /** A whole answer on its way to the client, changed or as it is. Its status may be an error's. */
    default WholeAnswer answer(WholeAnswer answer) {
        return answer;
    }

    /** Whether answers have to be whole before a part of them may leave, however long they are. */
    default boolean holdsWholeAnswers() {
        return false;
    }

    /** The request is over. Called exactly once, also where another policy refused it. Must not throw. */
    default void end(Ending ending) {}
}
