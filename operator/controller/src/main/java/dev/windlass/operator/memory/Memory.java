package dev.windlass.operator.memory;

import dev.windlass.operator.rollout.RolloutState;
import dev.windlass.operator.scaling.ScalingState;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * All that is remembered of a resource. It is stored before what was decided is done, so that an operator that dies in
 * between does the same again and nothing else.
 *
 * @param replicas the total decided last; 0 is asleep
 * @param troubles since when each revision's present trouble is there, by hash and kind
 */
public record Memory(RolloutState rollout, ScalingState scaling, int replicas, Map<String, Instant> troubles) {
    public Memory {
        // Of one that somebody wrote over; whoever reads it makes do without.
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(scaling, "scaling");
        troubles = Map.copyOf(troubles);
    }

    /** Of a resource never seen before. */
    public static Memory initial() {
        return new Memory(RolloutState.initial(), ScalingState.initial(), 0, Map.of());
    }
}
