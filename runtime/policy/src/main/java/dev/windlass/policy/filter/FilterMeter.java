package dev.windlass.policy.filter;

import dev.windlass.policy.Arrival;

/** Counts what the filter decides. */
public interface FilterMeter {
    /** What a text is. */
    enum Way {
        Input,
        Output
    }

    /** A rule matched, or could not be asked. */
    void verdict(Arrival.Target target, Way way, String rule, Verdict verdict);

    /** How long the texts of a request or of its answer took. */
    void spent(Arrival.Target target, Way way, long nanos);

    /** The answer of a revision was cut off. */
    void blocked(Arrival.Target target, String revision);
}
