package dev.windlass.policy.filter;

import dev.windlass.api.FilterRule.Action;

/** What was done about a match. */
public enum Verdict {
    /** The request was refused, or the answer cut off. */
    Block,
    /** Something else stands in its place. */
    Redact,
    /** Nothing but that it was counted. */
    Flag,
    /** Nothing, since the filter only monitors; else it would have been blocked. */
    WouldBlock,
    /** Nothing, since the filter only monitors; else it would have been redacted. */
    WouldRedact,
    /** The rule could not be asked. */
    Error;

    static Verdict of(Action action, boolean isEnforced) {
        return switch (action) {
            case Block -> isEnforced ? Block : WouldBlock;
            case Redact -> isEnforced ? Redact : WouldRedact;
            case Flag -> Flag;
        };
    }
}
