package dev.windlass.gateway.proxy;

import dev.windlass.http.ApiException;
import dev.windlass.policy.Ending;
import dev.windlass.policy.Ending.Outcome;
import dev.windlass.policy.Usage;
import org.jspecify.annotations.Nullable;

/** What is remembered of a request on its way, to tell policies at its end. */
final class Tally {
    private int status;
    private boolean broken;
    private boolean left;
    private @Nullable String revision;
    private @Nullable Usage usage;
    private long contents;

    /** An answer begins. @param by the revision, null where it is not a runtime's */
    void answered(int with, @Nullable String by) {
        status = with;
        revision = by;
    }

    /** The stream tells the client that it failed. */
    void breaks() {
        broken = true;
    }

    /** The client left before the end. */
    void leaves() {
        left = true;
    }

    /** An event with output went by. */
    void content() {
        contents++;
    }

    /** What the runtime says that it cost. */
    void cost(Usage told) {
        usage = told;
    }

    /** @param thrown null where nothing was */
    Ending ending(@Nullable RuntimeException thrown) {
        if (thrown instanceof ApiException error) {
            status = error.status();
        } else if (thrown != null) {
            broken = true;
        }
        return new Ending(outcome(), status, revision, usage, contents);
    }

    private Outcome outcome() {
        if (left) {
            return Outcome.Left;
        }
        if (broken || status >= 500) {
            return Outcome.Failed;
        }
        return status >= 400 ? Outcome.Refused : Outcome.Completed;
    }
}
