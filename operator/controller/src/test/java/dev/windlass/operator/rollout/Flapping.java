package dev.windlass.operator.rollout;

import java.util.HashMap;
import java.util.Map;

/** Counts, for each revision's replicas and weight, how often it turned from growing to shrinking or back. */
final class Flapping {
    private final Map<String, Integer> last = new HashMap<>();
    private final Map<String, Integer> direction = new HashMap<>();
    private final Map<String, Integer> turns = new HashMap<>();

    void see(RolloutPlan plan) {
        plan.replicas().forEach((hash, replicas) -> see("replicas of " + hash, replicas));
        plan.weights().forEach((hash, weight) -> see("weight of " + hash, weight));
    }

    private void see(String what, int value) {
        Integer before = last.put(what, value);
        if (before == null || before == value) {
            return;
        }
        int sign = Integer.signum(value - before);
        Integer was = direction.put(what, sign);
        if (was != null && was != sign) {
            turns.merge(what, 1, Integer::sum);
        }
    }

    /** The most that any of them turned. */
    int turns() {
        return turns.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }
}
