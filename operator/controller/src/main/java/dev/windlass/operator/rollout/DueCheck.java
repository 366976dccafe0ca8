package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Phase.Analyzing;
import dev.windlass.operator.rollout.Strategy.Canary;
import java.time.Instant;
import java.util.Optional;

/**
 * A check of a canary whose time has come: other sources are asked for it now, and not before.
 *
 * @param since when the step began
 * @param last when the check before was made; with it no two checks are equal
 */
public record DueCheck(String stable, String candidate, Instant since, Instant last) {
    /**
     * The check that a plan made now would make, if it would make one.
     *
     * @param replicas how many shall serve in all
     */
    public static Optional<DueCheck> of(RolloutState state, RolloutSettings settings, int replicas, Instant now) {
        boolean isFrozen = settings.paused() || replicas == 0;
        String stable = state.stable();
        return !isFrozen
                        && stable != null
                        && Situation.withoutStandstill(state, false, now).phase() instanceof Analyzing analyzing
                        && settings.strategy() instanceof Canary canary
                        && analyzing.step() < canary.steps().size()
                        && Deadlines.checkIsDue(analyzing, canary, now)
                ? Optional.of(new DueCheck(
                        stable,
                        analyzing.candidate(),
                        analyzing.since(),
                        analyzing.checks().last()))
                : Optional.empty();
    }
}
