package dev.windlass.policy;

import dev.windlass.http.ApiException;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param status of the response, also where it was begun and then broke
 * @param revision who answered; null where nobody did
 * @param usage what the runtime said that it cost; null where it did not come to say so
 * @param contents events with output that were seen, for streams that broke off before they told their usage
 */
public record Ending(
        Outcome outcome,
        int status,
        @Nullable String revision,
        @Nullable Usage usage,
        long contents) {
    /** How, in a word. */
    public enum Outcome {
        /** With the answer that the client wanted. */
        Completed,
        /** With an error that is the client's fault, or a refusal. */
        Refused,
        /** With an error that is not the client's. */
        Failed,
        /** The client left. */
        Left
    }

    /** Of a request that was not let in. */
    static Ending refused(RuntimeException cause) {
        int status = cause instanceof ApiException error ? error.status() : 500;
        return new Ending(status < 500 ? Outcome.Refused : Outcome.Failed, status, null, null, 0);
    }
}
