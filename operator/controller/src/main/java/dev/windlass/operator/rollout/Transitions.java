package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Phase.Analyzing;
import dev.windlass.operator.rollout.Phase.Forward;
import dev.windlass.operator.rollout.Phase.Held;
import dev.windlass.operator.rollout.Phase.Preparing;
import dev.windlass.operator.rollout.Phase.Returning;
import dev.windlass.operator.rollout.Phase.Rolling;
import dev.windlass.operator.rollout.Phase.Settled;
import dev.windlass.operator.rollout.Phase.Smoking;
import dev.windlass.operator.rollout.Phase.Standby;
import dev.windlass.operator.rollout.Phase.Starting;
import dev.windlass.operator.rollout.Phase.Stepping;
import dev.windlass.operator.rollout.Phase.Stopping;
import dev.windlass.operator.rollout.Phase.Switched;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The state machine: from where a rollout stands to where it stands next, at most one phase at a time. */
final class Transitions {
    /** Where it stands next, and what to tell about it. */
    record Decision(RolloutState state, List<Notice> notices) {}

    private final Situation situation;
    private final RolloutState state;
    private final RolloutSettings settings;
    private final Instant now;
    private final Moves moves;

    Transitions(Situation situation) {
        this.situation = situation;
        this.state = situation.state();
        this.settings = situation.settings();
        this.now = situation.now();
        this.moves = new Moves(situation);
    }

    static Decision decide(Situation situation) {
        var transitions = new Transitions(situation);
        return switch (situation.state().phase()) {
            case Settled settled -> transitions.settled();
            case Returning returning -> new WayBack(situation).returning(returning);
            case Held held -> transitions.interrupted(held.at()).orElseGet(transitions.moves::stay);
            case Forward forward ->
                transitions
                        .interrupted(forward)
                        .orElseGet(() -> situation.isFrozen()
                                ? transitions.moves.stay()
                                : new WayForward(situation).advance(forward));
        };
    }

    private Decision settled() {
        String wanted = situation.wanted();
        boolean promoted = situation.fresh().promotes(wanted);
        boolean nothingToDo = wanted.equals(state.stable());
        boolean rejected = wanted.equals(state.rejected()) && !promoted;
        return nothingToDo || rejected || situation.isFrozen() ? moves.stay() : moves.begin(promoted);
    }

    /** What a person or a changed spec does to a rollout, wherever it stands. */
    private Optional<Decision> interrupted(Forward forward) {
        String candidate = forward.candidate();
        if (situation.fresh().aborts(candidate)) {
            var failure = new Failure(candidate, "Aborted", candidate + " was aborted by annotation", now);
            return Optional.of(moves.rollBack(forward, failure));
        }
        if (settings.paused()) {
            return Optional.empty();
        }
        if (!situation.wanted().equals(candidate)) {
            return Optional.of(supersede(forward));
        }
        if (!situation.isFrozen() && situation.fresh().promotes(candidate)) {
            return Optional.of(promoteByHand(forward));
        }
        return Optional.empty();
    }

    private Decision supersede(Forward forward) {
        boolean nobodyServes = forward instanceof Stopping || forward instanceof Starting;
        // What has yet to be prepared takes its time, in which the stable revision may as well serve.
        boolean isPrepared = situation.observed().revision(situation.wanted()).prepared();
        if (nobodyServes && isPrepared && !situation.wanted().equals(state.stable())) {
            return moves.move(
                    new Stopping(situation.wanted(), new Progress(now, 0)),
                    Notice.normal("RolloutSuperseded", superseded(forward)));
        }
        return moves.move(
                new Returning(forward.candidate(), Moves.retreatFrom(forward), now),
                Notice.normal("RolloutSuperseded", superseded(forward)));
    }

    private String superseded(Forward forward) {
        return "%s is given up, the spec now wants %s".formatted(forward.candidate(), situation.wanted());
    }

    private Decision promoteByHand(Forward forward) {
        var told = Notice.normal(
                "PromotedByHand", forward.candidate() + " is promoted by annotation, without further steps");
        return switch (forward) {
            case Preparing preparing -> moves.move(new Preparing(preparing.candidate(), true, preparing.since()), told);
            case Smoking smoking -> moves.move(moves.rolling(forward, 0), told);
            case Standby standby -> moves.move(moves.rolling(forward, 0), told);
            case Stepping stepping -> moves.move(moves.rolling(forward, moves.servedWeight()), told);
            case Analyzing analyzing -> moves.move(moves.rolling(forward, moves.servedWeight()), told);
            case Switched switched -> moves.promote(forward);
            case Rolling rolling -> moves.move(moves.rolling(forward, rolling.minimumWeight()), told);
            case Stopping stopping -> moves.move(stopping, told);
            case Starting starting -> moves.move(new Starting(forward.candidate(), moves.progressNow()), told);
        };
    }
}
