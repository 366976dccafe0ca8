package dev.windlass.operator.scaling;

import java.util.Map;

/**
 * One pod, of whichever revision.
 *
 * @param state how far it is
 * @param readings what it last said of itself; may be old or missing
 */
public record Replica(State state, Map<ScalingMetric, Reading> readings) {
    /** Where a pod stands. */
    public enum State {
        Ready,
        /** On its way: scheduled, loading or warming up. */
        Starting,
        /** No node has room for it. */
        Unschedulable
    }

    public Replica {
        readings = Map.copyOf(readings);
    }
}
