package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Phase.Returning;
import dev.windlass.operator.rollout.Phase.Settled;
import dev.windlass.operator.rollout.Transitions.Decision;
import java.time.Instant;
import java.util.List;

/** When a rollout that was given up has returned, and what to do where it cannot. */
final class WayBack {
    private final Situation situation;
    private final RolloutState state;
    private final RolloutSettings settings;
    private final Instant now;
    private final Moves moves;

    WayBack(Situation situation) {
        this.situation = situation;
        this.state = situation.state();
        this.settings = situation.settings();
        this.now = situation.now();
        this.moves = new Moves(situation);
    }

    Decision returning(Returning returning) {
        boolean wantsOther = !situation.wanted().equals(state.stable());
        boolean wantsBack = situation.wanted().equals(returning.candidate());
        boolean promoted = situation.fresh().promotes(returning.candidate());
        boolean allowed = promoted || !situation.wanted().equals(state.rejected());
        // To begin anew would take pods from a candidate that carries what stable cannot yet.
        boolean keepsServing = promoted || settings.strategy() instanceof Strategy.RollingUpdate;
        if (wantsBack && allowed && keepsServing && !situation.isFrozen()) {
            return moves.begin(promoted);
        }
        boolean carries =
                returning.retreat() != Retreat.Unserved && moves.candidate().routable() > 0;
        if (wantsOther && (!wantsBack || allowed) && carries && situation.isStableBroken()) {
            return moves.relabel(
                    returning.candidate(),
                    Notice.warning(
                            "StableUnavailable",
                            "%s serves nobody, %s stands in for it".formatted(state.stable(), returning.candidate())));
        }
        if (hasReturned(returning, carries)) {
            return moves.move(new Settled());
        }
        return tookTooLong(returning) && !isStuckTold(returning) ? tellStuck(returning) : moves.stay();
    }

    /** The candidate stands in for as long as the stable revision cannot serve; that needs a person, who must know. */
    private Decision tellStuck(Returning returning) {
        String stable = situation.stable().hash();
        Trouble trouble = situation.stable().trouble();
        String reason =
                trouble == null ? "ProgressDeadlineExceeded" : trouble.kind().reason();
        String message = "%s serves on, since %s does not come back%s"
                .formatted(returning.candidate(), stable, trouble == null ? "" : ": " + trouble.message());
        return new Decision(
                state.withFailure(new Failure(stable, reason, message, now)),
                List.of(Notice.warning("ReturnIsStuck", message)));
    }

    private boolean isStuckTold(Returning returning) {
        Failure told = state.lastFailure();
        return told != null
                && told.revision().equals(state.stable())
                && !told.at().isBefore(returning.since());
    }

    private boolean tookTooLong(Returning returning) {
        return situation.isPast(returning.since().plus(settings.progressDeadline()));
    }

    private boolean hasReturned(Returning returning, boolean carries) {
        int serving = situation.stable().routable();
        boolean tookTooLong = tookTooLong(returning);
        return situation.observed().replicas() == 0
                || switch (returning.retreat()) {
                    case Gradual ->
                        serving >= situation.total() - settings.slack() || (tookTooLong && (serving > 0 || !carries));
                    case AtOnce -> serving > 0 || (tookTooLong && !carries);
                    case Unserved -> true;
                    case StopFirst -> moves.candidate().pods() == 0 || tookTooLong;
                };
    }
}
