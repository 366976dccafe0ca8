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
import dev.windlass.operator.rollout.Strategy.BlueGreen;
import dev.windlass.operator.rollout.Strategy.Canary;
import dev.windlass.operator.rollout.Strategy.Recreate;
import dev.windlass.operator.rollout.Strategy.RollingUpdate;
import dev.windlass.operator.rollout.Transitions.Decision;
import java.time.Instant;
import java.util.List;

/** The moves a rollout can make: begin, wait, go on, succeed, fail. */
final class Moves {
    private final Situation situation;
    private final RolloutState state;
    private final RolloutSettings settings;
    private final Instant now;

    Moves(Situation situation) {
        this.situation = situation;
        this.state = situation.state();
        this.settings = situation.settings();
        this.now = situation.now();
    }

    Situation situation() {
        return situation;
    }

    Decision begin(boolean withoutSteps) {
        String wanted = situation.wanted();
        boolean isPrepared = situation.observed().revision(wanted).prepared();
        Phase first = isPrepared ? first(wanted, withoutSteps) : new Preparing(wanted, withoutSteps, now);
        String message = "%s is on its way to replace %s by %s"
                .formatted(
                        wanted, state.stable(), settings.strategy().getClass().getSimpleName());
        return new Decision(
                state.withPhase(first).withRejected(null).withVerdicts(List.of()),
                List.of(Notice.normal("RolloutStarted", message)));
    }

    /** The phase in which a candidate gets its first pods. */
    Phase first(String wanted, boolean withoutSteps) {
        var progress = new Progress(now, situation.observed().revision(wanted).routable());
        return switch (settings.strategy()) {
            case RollingUpdate rolling -> new Rolling(wanted, 0, progress);
            case Canary canary -> withoutSteps ? new Rolling(wanted, 0, progress) : new Smoking(wanted, progress);
            case BlueGreen blueGreen -> withoutSteps ? new Rolling(wanted, 0, progress) : new Standby(wanted, progress);
            case Recreate recreate -> new Stopping(wanted, progress);
        };
    }

    int servedWeight() {
        return TrafficWeights.lastShare(situation);
    }

    Decision promote(Forward forward) {
        String message = "%s replaced %s".formatted(forward.candidate(), state.stable());
        return relabel(forward.candidate(), Notice.normal("RolloutSucceeded", message));
    }

    Decision relabel(String revision, Notice told) {
        return new Decision(state.withStable(revision).withPhase(new Settled()), List.of(told));
    }

    Decision waitFor(Forward now, Forward next, Progress progress) {
        return Deadlines.stuck(situation, progress)
                .map(failure -> fail(now, failure))
                .orElseGet(() -> move(next));
    }

    Decision fail(Forward forward, String reason, String message) {
        return fail(forward, new Failure(forward.candidate(), reason, message, now));
    }

    Decision fail(Forward forward, Failure failure) {
        return switch (settings.onFailure()) {
            case Rollback -> rollBack(forward, failure);
            case Pause ->
                new Decision(
                        state.withPhase(new Held(forward, failure)).withFailure(failure),
                        List.of(Notice.warning(
                                "RolloutHeld",
                                "%s is held for a decision: %s".formatted(failure.revision(), failure.message()))));
        };
    }

    Decision rollBack(Forward forward, Failure failure) {
        return new Decision(
                state.withPhase(new Returning(forward.candidate(), harmful(forward), now))
                        .withRejected(forward.candidate())
                        .withFailure(failure),
                List.of(Notice.warning(
                        "RolledBack",
                        "%s is rolled back to %s: %s"
                                .formatted(forward.candidate(), state.stable(), failure.message()))));
    }

    /** The candidate is not wanted any more, but did nothing wrong. */
    static Retreat retreatFrom(Forward forward) {
        return switch (forward) {
            case Rolling rolling -> Retreat.Gradual;
            case Stepping stepping -> Retreat.Gradual;
            case Analyzing analyzing -> Retreat.Gradual;
            case Preparing preparing -> Retreat.Unserved;
            case Smoking smoking -> Retreat.Unserved;
            case Standby standby -> Retreat.Unserved;
            case Switched switched -> Retreat.AtOnce;
            case Stopping stopping -> Retreat.StopFirst;
            case Starting starting -> Retreat.StopFirst;
        };
    }

    /** The candidate failed. While rolling it may still be what carries most users, so there it goes as capacity returns. */
    private static Retreat harmful(Forward forward) {
        return switch (forward) {
            case Stepping stepping -> Retreat.AtOnce;
            case Analyzing analyzing -> Retreat.AtOnce;
            case Rolling rolling -> retreatFrom(rolling);
            case Preparing preparing -> retreatFrom(preparing);
            case Smoking smoking -> retreatFrom(smoking);
            case Standby standby -> retreatFrom(standby);
            case Switched switched -> retreatFrom(switched);
            case Stopping stopping -> retreatFrom(stopping);
            case Starting starting -> retreatFrom(starting);
        };
    }

    Revision candidate() {
        return situation.candidate();
    }

    boolean isComplete() {
        return candidate().routable() >= situation.total();
    }

    Rolling rolling(Forward from, int minimumWeight) {
        return new Rolling(from.candidate(), minimumWeight, progressNow());
    }

    Progress progressNow() {
        return new Progress(now, candidate().routable());
    }

    Progress seen(Progress progress) {
        return progress.seen(candidate(), now);
    }

    Decision move(Phase phase) {
        return new Decision(state.withPhase(phase), List.of());
    }

    Decision move(Phase phase, Notice notice) {
        return new Decision(state.withPhase(phase), List.of(notice));
    }

    Decision stay() {
        return new Decision(state, List.of());
    }
}
