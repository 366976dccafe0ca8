package dev.windlass.policy.audit;

import dev.windlass.policy.Arrival;

/** Takes out of texts what nobody may read in an audit. Called by the audit's own thread. */
@FunctionalInterface
public interface Redactor {
    /** Leaves texts as they are. */
    Redactor NONE = (text, _) -> text;

    /** The text without what the deployment's rules recognise. */
    String redact(String text, Arrival.Target target);
}
