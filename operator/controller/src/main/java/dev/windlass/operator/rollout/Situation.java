package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Phase.Forward;
import dev.windlass.operator.rollout.Phase.Held;
import dev.windlass.operator.rollout.Phase.Returning;
import dev.windlass.operator.rollout.Phase.Settled;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An observation made ready to decide on: the state restored where it was lost, rejections that no longer hold dropped,
 * and the time that passed while everything stood still taken out.
 */
record Situation(Observed observed, RolloutSettings settings, Instant now, RolloutState state, Revision stable) {
    static Situation of(Observed observed, RolloutSettings settings, Instant now) {
        RolloutState state = observed.state();
        String stable = state.stable() == null ? labelledStable(observed) : state.stable();
        state = state.withStable(stable);
        if (!observed.wanted().equals(state.rejected())) {
            state = state.withRejected(null);
        }
        state = withoutStandstill(state, settings.paused() || observed.replicas() == 0, now);
        return new Situation(observed, settings, now, state, observed.revision(stable));
    }

    private static String labelledStable(Observed observed) {
        return observed.revisions().stream()
                .filter(revision -> revision.role() instanceof Role.Stable)
                .max(Comparator.comparingLong(Revision::order))
                .map(Revision::hash)
                .orElse(observed.wanted());
    }

    static RolloutState withoutStandstill(RolloutState state, boolean frozen, Instant now) {
        Instant since = state.frozenSince();
        if (frozen) {
            return since == null ? state.withFrozenSince(now) : state;
        }
        return since == null
                ? state
                : state.withPhase(Phase.later(state.phase(), Duration.between(since, now)))
                        .withFrozenSince(null);
    }

    /** The revision the phase is about; the stable one when it is about none. */
    Revision candidate() {
        String hash = candidateHash(state.phase());
        return hash == null ? stable : observed.revision(hash);
    }

    static @Nullable String candidateHash(Phase phase) {
        return switch (phase) {
            case Settled settled -> null;
            case Forward forward -> forward.candidate();
            case Returning returning -> returning.candidate();
            case Held held -> held.at().candidate();
        };
    }

    String wanted() {
        return observed.wanted();
    }

    /** Whether a rollout stands still: paused by a person, or without replicas that could prove anything. */
    boolean isFrozen() {
        return state.frozenSince() != null;
    }

    Instructions fresh() {
        return observed.instructions().without(state.handled());
    }

    /** The replicas that stable and candidate share: those the variants leave. */
    int total() {
        return VariantSlots.baseReplicas(this);
    }

    /** Whether the stable revision serves nobody and is not about to. */
    boolean isStableBroken() {
        Trouble trouble = stable.trouble();
        return stable.routable() == 0
                && trouble != null
                && (trouble.kind().isFinal() || !now.isBefore(trouble.since().plus(settings.troublePatience())));
    }

    boolean isPast(Instant deadline) {
        return !now.isBefore(deadline);
    }
}
