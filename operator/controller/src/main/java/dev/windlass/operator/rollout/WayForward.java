package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Phase.Analyzing;
import dev.windlass.operator.rollout.Phase.Checks;
import dev.windlass.operator.rollout.Phase.Forward;
import dev.windlass.operator.rollout.Phase.Preparing;
import dev.windlass.operator.rollout.Phase.Rolling;
import dev.windlass.operator.rollout.Phase.Smoking;
import dev.windlass.operator.rollout.Phase.Standby;
import dev.windlass.operator.rollout.Phase.Starting;
import dev.windlass.operator.rollout.Phase.Stepping;
import dev.windlass.operator.rollout.Phase.Stopping;
import dev.windlass.operator.rollout.Phase.Switched;
import dev.windlass.operator.rollout.Strategy.Canary;
import dev.windlass.operator.rollout.Strategy.OnInconclusive;
import dev.windlass.operator.rollout.Transitions.Decision;
import dev.windlass.operator.rollout.Verdict.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What brings a rollout from each of its phases to the next, or ends it. */
final class WayForward {
    private final Situation situation;
    private final RolloutState state;
    private final RolloutSettings settings;
    private final Instant now;
    private final Moves moves;

    WayForward(Situation situation) {
        this.situation = situation;
        this.state = situation.state();
        this.settings = situation.settings();
        this.now = situation.now();
        this.moves = new Moves(situation);
    }

    Decision advance(Forward forward) {
        return switch (forward) {
            case Preparing preparing -> advance(preparing);
            case Rolling rolling -> advance(rolling);
            case Smoking smoking -> advance(smoking);
            case Stepping stepping -> advance(stepping);
            case Analyzing analyzing -> advance(analyzing);
            case Standby standby -> advance(standby);
            case Switched switched -> advance(switched);
            case Stopping stopping -> advance(stopping);
            case Starting starting -> advance(starting);
        };
    }

    private Decision advance(Preparing preparing) {
        if (moves.candidate().prepared()) {
            return moves.move(
                    moves.first(preparing.candidate(), preparing.withoutSteps()),
                    Notice.normal(
                            "ModelPrepared", "the model of %s is ready for its pods".formatted(preparing.candidate())));
        }
        return Deadlines.trouble(situation, preparing.since())
                .map(failure -> moves.fail(preparing, failure))
                .orElseGet(moves::stay);
    }

    private Decision advance(Rolling rolling) {
        return moves.isComplete()
                ? moves.promote(rolling)
                : moves.waitFor(
                        rolling,
                        new Rolling(rolling.candidate(), rolling.minimumWeight(), moves.seen(rolling.progress())),
                        rolling.progress());
    }

    private Decision advance(Smoking smoking) {
        if (!(settings.strategy() instanceof Canary canary)) {
            return moves.move(moves.rolling(smoking, 0));
        }
        if (moves.candidate().routable() > 0) {
            SmokeResult result =
                    canary.smoke() ? situation.observed().smokeOf(smoking.candidate()) : new SmokeResult.Passed();
            switch (result) {
                case SmokeResult.Failed(String message) -> {
                    return moves.fail(smoking, "SmokeFailed", message);
                }
                case SmokeResult.Passed passed -> {
                    return enterStep(smoking, 0);
                }
                case SmokeResult.Pending pending -> {
                    if (situation.isPast(moves.seen(smoking.progress()).since().plus(settings.progressDeadline()))) {
                        return moves.fail(
                                smoking,
                                "SmokeFailed",
                                "no answer to the smoke prompts within "
                                        + Deadlines.spoken(settings.progressDeadline()));
                    }
                }
            }
        }
        return moves.waitFor(
                smoking, new Smoking(smoking.candidate(), moves.seen(smoking.progress())), smoking.progress());
    }

    private Decision enterStep(Forward from, int step) {
        if (situation.isStableBroken()) {
            return moves.move(
                    moves.rolling(from, 0),
                    Notice.warning(
                            "StableUnavailable",
                            "%s serves nobody, so %s takes over without further steps"
                                    .formatted(state.stable(), from.candidate())));
        }
        if (settings.weightOf(step) == 100) {
            return moves.move(moves.rolling(from, moves.servedWeight()));
        }
        return moves.move(
                new Stepping(from.candidate(), step, moves.progressNow()),
                Notice.normal(
                        "CanaryStep",
                        "%s goes to %d %% of the traffic".formatted(from.candidate(), settings.weightOf(step))));
    }

    private Decision advance(Stepping stepping) {
        if (situation.isStableBroken() || settings.weightOf(stepping.step()) == 100) {
            return enterStep(stepping, stepping.step());
        }
        if (moves.candidate().routable()
                >= ReplicaCounts.canary(situation.total(), settings.weightOf(stepping.step()))) {
            return moves.move(new Analyzing(stepping.candidate(), stepping.step(), now, new Checks(now, 0)));
        }
        return moves.waitFor(
                stepping,
                new Stepping(stepping.candidate(), stepping.step(), moves.seen(stepping.progress())),
                stepping.progress());
    }

    private Decision advance(Analyzing analyzing) {
        if (situation.isStableBroken()
                || !(settings.strategy() instanceof Canary canary)
                || analyzing.step() >= canary.steps().size()) {
            return enterStep(analyzing, analyzing.step());
        }
        Optional<Failure> trouble = Deadlines.trouble(situation, analyzing.since());
        if (trouble.isPresent()) {
            return moves.fail(analyzing, trouble.get());
        }
        Instant holdEnds = Deadlines.holdEnds(analyzing, canary);
        if (!Deadlines.checkIsDue(analyzing, canary, now)) {
            return moves.stay();
        }
        var ofStable = situation.observed().measurements().get(state.stable());
        var ofCanary = situation.observed().measurements().get(analyzing.candidate());
        if (Judge.mustWait(ofCanary)) {
            return moves.stay();
        }
        List<Verdict> verdicts = Judge.judge(canary.analysis(), ofStable, ofCanary);
        return afterCheck(analyzing, canary, verdicts, holdEnds);
    }

    private Decision afterCheck(Analyzing analyzing, Canary canary, List<Verdict> verdicts, Instant holdEnds) {
        Outcome outcome = Judge.overall(verdicts);
        int failures = switch (outcome) {
            case Fail -> analyzing.checks().failuresInRow() + 1;
            case Inconclusive -> analyzing.checks().failuresInRow();
            case Pass -> 0;
        };
        var checked =
                new Analyzing(analyzing.candidate(), analyzing.step(), analyzing.since(), new Checks(now, failures));
        var judged = new Moves(new Situation(
                situation.observed(),
                settings,
                now,
                state.withPhase(checked).withVerdicts(verdicts),
                situation.stable()));
        boolean holdIsOver = situation.isPast(holdEnds);
        return switch (outcome) {
            case Fail ->
                failures >= canary.analysis().maxFailures()
                        ? judged.fail(checked, worst(verdicts, Outcome.Fail).name(), told(verdicts, Outcome.Fail))
                        : judged.stay();
            case Pass ->
                holdIsOver ? new WayForward(judged.situation()).enterStep(checked, checked.step() + 1) : judged.stay();
            case Inconclusive -> {
                if (holdIsOver && canary.onInconclusive() == OnInconclusive.Promote) {
                    yield new WayForward(judged.situation()).enterStep(checked, checked.step() + 1);
                }
                yield situation.isPast(holdEnds.plus(settings.progressDeadline()))
                        ? judged.fail(checked, "Inconclusive", told(verdicts, Outcome.Inconclusive))
                        : judged.stay();
            }
        };
    }

    private static Verdict worst(List<Verdict> verdicts, Outcome outcome) {
        return verdicts.stream()
                .filter(verdict -> verdict.outcome() == outcome)
                .findFirst()
                .orElseThrow();
    }

    private static String told(List<Verdict> verdicts, Outcome outcome) {
        return verdicts.stream()
                .filter(verdict -> verdict.outcome() == outcome)
                .map(Verdict::message)
                .collect(Collectors.joining("; "));
    }

    private Decision advance(Standby standby) {
        return moves.isComplete()
                ? moves.move(
                        new Switched(standby.candidate(), now),
                        Notice.normal(
                                "TrafficSwitched",
                                "all traffic goes to %s, %s is kept".formatted(standby.candidate(), state.stable())))
                : moves.waitFor(
                        standby, new Standby(standby.candidate(), moves.seen(standby.progress())), standby.progress());
    }

    private Decision advance(Switched switched) {
        Instant holdEnds = Deadlines.holdEnds(switched, settings);
        Optional<Failure> trouble = Deadlines.trouble(situation, switched.since());
        if (trouble.isPresent()) {
            return moves.fail(switched, trouble.get());
        }
        if (situation.isPast(holdEnds) && moves.isComplete()) {
            return moves.promote(switched);
        }
        return situation.isPast(holdEnds.plus(settings.progressDeadline()))
                ? moves.fail(switched, "ProgressDeadlineExceeded", Deadlines.shortage(situation))
                : moves.stay();
    }

    private Decision advance(Stopping stopping) {
        boolean isEmpty = situation.observed().revisions().stream()
                .filter(revision -> !revision.hash().equals(stopping.candidate()))
                .filter(revision -> !isVariant(revision.hash()))
                .allMatch(Revision::isIdle);
        return isEmpty
                ? moves.move(new Starting(stopping.candidate(), moves.progressNow()))
                : moves.waitFor(stopping, stopping, stopping.progress());
    }

    private boolean isVariant(String hash) {
        return state.variants().containsValue(hash)
                || situation.observed().variants().stream()
                        .anyMatch(variant -> variant.hash().equals(hash));
    }

    private Decision advance(Starting starting) {
        return moves.isComplete()
                ? moves.promote(starting)
                : moves.waitFor(
                        starting,
                        new Starting(starting.candidate(), moves.seen(starting.progress())),
                        starting.progress());
    }
}
