package dev.windlass.gateway.route;

/** How an endpoint of a revision is chosen. */
public enum Balancing {
    /** The one with the fewest requests of this gateway. */
    LeastLoad,
    /** The one that had the same beginning of a prompt before, unless it has too much to do. */
    PrefixAware,
    /** Each in turn. */
    RoundRobin
}
