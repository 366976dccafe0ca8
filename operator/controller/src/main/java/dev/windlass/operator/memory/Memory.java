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
 * @param models what pods said of the model they load, by the revision's hash
 */
public record Memory(
        RolloutState rollout,
        ScalingState scaling,
        int replicas,
        Map<String, Instant> troubles,
        SortedSet<String> prepared,
        Map<String, Told> models) {
    public Memory {
        // Of one that somebody wrote over; whoever reads it makes do without.
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(scaling, "scaling");
        troubles = Map.copyOf(troubles);
        // One of an older version remembers none.
        prepared = Collections.unmodifiableSortedSet(prepared == null ? new TreeSet<>() : new TreeSet<>(prepared));
        models = models == null ? Map.of() : Map.copyOf(models);
    }

    /** Of models of which nobody has said anything. */
    public Memory(
            RolloutState rollout,
            ScalingState scaling,
            int replicas,
            Map<String, Instant> troubles,
            SortedSet<String> prepared) {
        this(rollout, scaling, replicas, troubles, prepared, Map.of());
    }

    /**
     * What a revision's model turned out to be.
     *
     * @param revision its source's name for it; empty where it has none
     * @param sha256 its digest; empty where nobody looked
     */
    public record Told(String revision, String sha256) {}

    /** Of a resource never seen before. */
    public static Memory initial() {
        return new Memory(RolloutState.initial(), ScalingState.initial(), 0, Map.of(), new TreeSet<>());
    }
}
