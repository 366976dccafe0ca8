package dev.windlass.gateway.proxy;

import dev.windlass.gateway.measure.RevisionMeter.Outcome;
import dev.windlass.http.ApiException;
import org.jspecify.annotations.Nullable;

/** How sending a request to one endpoint ended. */
sealed interface Attempt {
    /** The client has its answer, all of it or with an error at its end. */
    record Over(Outcome outcome) implements Attempt {}

    /**
     * Nothing of an answer has left, so that another endpoint may be asked.
     *
     * @param answer what the runtime said, for the case that there is no other
     * @param error what to say where the runtime said nothing
     */
    record Again(@Nullable Answer answer, ApiException error) implements Attempt {}
}
