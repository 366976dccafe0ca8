package dev.windlass.operator.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one plan tells the next, stored in the status.
 *
 * @param stable the revision to return to; absent before the first plan
 * @param frozenSince since when the rollout stands still, being paused or without replicas
 * @param variants the revision that serves for each variant's name
 * @param weights as last planned, by revision hash
 * @param rejected the revision that is not tried again until the spec changes or a person promotes it
 * @param lastFailure kept for people to read, also after it ceased to matter
 * @param verdicts of the latest check
 * @param handled the instructions already acted upon
 */
public record RolloutState(
        @Nullable String stable,
        Phase phase,
        @Nullable Instant frozenSince,
        Map<String, String> variants,
        Map<String, Integer> weights,
        @Nullable String rejected,
        @Nullable Failure lastFailure,
        List<Verdict> verdicts,
        Instructions handled) {
    public RolloutState {
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(handled, "handled");
        variants = Map.copyOf(variants);
        weights = Map.copyOf(weights);
        verdicts = List.copyOf(verdicts);
    }

    /** Before anything was planned. */
    public static RolloutState initial() {
        return new RolloutState(
                null, new Phase.Settled(), null, Map.of(), Map.of(), null, null, List.of(), Instructions.NONE);
    }

    RolloutState withStable(String revision) {
        return new RolloutState(
                revision, phase, frozenSince, variants, weights, rejected, lastFailure, verdicts, handled);
    }

    RolloutState withPhase(Phase next) {
        return new RolloutState(stable, next, frozenSince, variants, weights, rejected, lastFailure, verdicts, handled);
    }

    RolloutState withFrozenSince(@Nullable Instant since) {
        return new RolloutState(stable, phase, since, variants, weights, rejected, lastFailure, verdicts, handled);
    }

    RolloutState withRejected(@Nullable String revision) {
        return new RolloutState(
                stable, phase, frozenSince, variants, weights, revision, lastFailure, verdicts, handled);
    }

    RolloutState withFailure(Failure failure) {
        return new RolloutState(stable, phase, frozenSince, variants, weights, rejected, failure, verdicts, handled);
    }

    RolloutState withVerdicts(List<Verdict> latest) {
        return new RolloutState(stable, phase, frozenSince, variants, weights, rejected, lastFailure, latest, handled);
    }

    RolloutState withTraffic(Map<String, String> slots, Map<String, Integer> planned) {
        return new RolloutState(stable, phase, frozenSince, slots, planned, rejected, lastFailure, verdicts, handled);
    }

    RolloutState withHandled(Instructions instructions) {
        return new RolloutState(
                stable, phase, frozenSince, variants, weights, rejected, lastFailure, verdicts, instructions);
    }
}
