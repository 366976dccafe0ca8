package dev.windlass.operator.rollout;

/** How a candidate that is given up makes room for the stable revision. */
public enum Retreat {
    /** It served well or not at fault: it goes on serving what the stable revision cannot yet carry. */
    Gradual,
    /** It hurts users: it loses its traffic now, if anything else can serve. */
    AtOnce,
    /** No user ever met it and none shall. */
    Unserved,
    /** There is no spare device: it must be gone before the stable revision comes back. */
    StopFirst
}
