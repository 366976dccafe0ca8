package dev.windlass.operator.rollout;

import java.time.Duration;
import java.util.List;

/** The way from one revision to the next. */
public sealed interface Strategy {
    /** Replica by replica; each takes its share of the traffic as soon as it can. */
    record RollingUpdate() implements Strategy {}

    /**
     * By weights, each judged against the stable revision before the next.
     *
     * @param smoke whether prompts must be answered before any user's request is
     * @param steps ascending weights; 100 is implied
     */
    record Canary(
            boolean smoke, List<Step> steps, Analysis analysis, OnFailure onFailure, OnInconclusive onInconclusive)
            implements Strategy {
        public Canary {
            steps = List.copyOf(steps);
            for (int i = 1; i < steps.size(); i++) {
                if (steps.get(i).weight() <= steps.get(i - 1).weight()) {
                    throw new IllegalArgumentException("canary.steps: expected ascending weights, got " + steps);
                }
            }
        }
    }

    /**
     * All replicas beside the old ones, then all traffic at once.
     *
     * @param hold how long the old revision is kept after the switch
     */
    record BlueGreen(Duration hold) implements Strategy {}

    /** The old down before the new comes up: for clusters without a spare device. */
    record Recreate() implements Strategy {}

    /**
     * One weight of a canary.
     *
     * @param weight 1 to 99 percent
     * @param hold how long at least
     */
    record Step(int weight, Duration hold) {
        public Step {
            if (weight < 1 || weight > 99) {
                throw new IllegalArgumentException("canary.steps: expected a weight from 1 to 99, got " + weight);
            }
        }
    }

    /** What a verdict against the canary does. */
    enum OnFailure {
        Rollback,
        Pause
    }

    /** What too little data does. */
    enum OnInconclusive {
        Hold,
        Promote
    }
}
