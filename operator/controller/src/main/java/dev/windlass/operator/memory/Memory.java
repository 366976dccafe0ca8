package dev.windlass.operator.memory;

import dev.windlass.operator.rollout.RolloutState;
import dev.windlass.operator.scaling.ScalingState;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All that is remembered of a resource. It is stored before what was decided is done, so that an operator that dies in
 * between does the same again and nothing else.
 *
 * @param replicas the total decided last; 0 is asleep
 * @param troubles since when each revision's present trouble is there, by hash and kind
 * @param prepared the revisions whose model was made ready before they had pods, by hash: what did so is not kept for long
 */
public record Memory(
        RolloutState rollout,
        ScalingState scaling,
        int replicas,
        Map<String, Instant> troubles,
        SortedSet<String> prepared) {
    public Memory {
        // Of one that somebody wrote over; whoever reads it makes do without.
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(scaling, "scaling");
        troubles = Map.copyOf(troubles);
        // One of an older version remembers none.
        prepared = Collections.unmodifiableSortedSet(prepared == null ? new TreeSet<>() : new TreeSet<>(prepared));
    }

    /** Of a resource never seen before. */
    public static Memory initial() {
        return new Memory(RolloutState.initial(), ScalingState.initial(), 0, Map.of(), new TreeSet<>());
    }
}
