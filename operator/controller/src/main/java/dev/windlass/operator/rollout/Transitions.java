package dev.windlass.operator.rollout;

import dev.windlass.operator.rollout.Phase.Analyzing;
import dev.windlass.operator.rollout.Phase.Checks;
import dev.windlass.operator.rollout.Phase.Forward;
import dev.windlass.operator.rollout.Phase.Held;
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
import dev.windlass.operator.rollout.Strategy.OnInconclusive;
import dev.windlass.operator.rollout.Strategy.Recreate;
import dev.windlass.operator.rollout.Strategy.RollingUpdate;
import dev.windlass.operator.rollout.Verdict.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The state machine: from where a rollout stands to where it stands next, at most one phase at a time. */
final class Transitions {
    /** Where it stands next, and what to tell about it. */
    record Decision(RolloutState state, List<Notice> notices) {}

    private final Situation situation;
    private final RolloutState state;
    private final RolloutSettings settings;
    private final Instant now;

    private Transitions(Situation situation) {
        this.situation = situation;
        this.state = situation.state();
        this.settings = situation.settings();
        this.now = situation.now();
    }

    static Decision decide(Situation situation) {
        var transitions = new Transitions(situation);
        return switch (situation.state().phase()) {
            case Settled settled -> transitions.settled();
            case Returning returning -> transitions.returning(returning);
            case Held held -> transitions.interrupted(held.at()).orElseGet(transitions::stay);
            case Forward forward ->
                transitions
                        .interrupted(forward)
                        .orElseGet(() -> situation.isFrozen() ? transitions.stay() : transitions.advance(forward));
        };
    }

    private Decision settled() {
        String wanted = situation.wanted();
        boolean promoted = situation.fresh().promotes(wanted);
        boolean nothingToDo = wanted.equals(state.stable());
        boolean rejected = wanted.equals(state.rejected()) && !promoted;
        return nothingToDo || rejected || situation.isFrozen() ? stay() : begin(promoted);
    }

    private Decision begin(boolean withoutSteps) {
        String wanted = situation.wanted();
        var progress = new Progress(now, situation.observed().revision(wanted).routable());
        Phase first = switch (settings.strategy()) {
            case RollingUpdate rolling -> new Rolling(wanted, 0, progress);
            case Canary canary -> withoutSteps ? new Rolling(wanted, 0, progress) : new Smoking(wanted, progress);
            case BlueGreen blueGreen -> withoutSteps ? new Rolling(wanted, 0, progress) : new Standby(wanted, progress);
            case Recreate recreate -> new Stopping(wanted, progress);
        };
        String message = "%s is on its way to replace %s by %s"
                .formatted(
                        wanted, state.stable(), settings.strategy().getClass().getSimpleName());
        return new Decision(
                state.withPhase(first).withRejected(null).withVerdicts(List.of()),
                List.of(Notice.normal("RolloutStarted", message)));
    }

    /** What a person or a changed spec does to a rollout, wherever it stands. */
    private Optional<Decision> interrupted(Forward forward) {
        String candidate = forward.candidate();
        if (situation.fresh().aborts(candidate)) {
            var failure = new Failure(candidate, "Aborted", candidate + " was aborted by annotation", now);
            return Optional.of(rollBack(forward, failure));
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
        if (nobodyServes && !situation.wanted().equals(state.stable())) {
            return move(
                    new Stopping(situation.wanted(), new Progress(now, 0)),
                    Notice.normal("RolloutSuperseded", superseded(forward)));
        }
        return move(
                new Returning(forward.candidate(), retreatFrom(forward), now),
                Notice.normal("RolloutSuperseded", superseded(forward)));
    }

    private String superseded(Forward forward) {
        return "%s is given up, the spec now wants %s".formatted(forward.candidate(), situation.wanted());
    }

    private Decision promoteByHand(Forward forward) {
        var told = Notice.normal(
                "PromotedByHand", forward.candidate() + " is promoted by annotation, without further steps");
        return switch (forward) {
            case Smoking smoking -> move(rolling(forward, 0), told);
            case Standby standby -> move(rolling(forward, 0), told);
            case Stepping stepping -> move(rolling(forward, servedWeight()), told);
            case Analyzing analyzing -> move(rolling(forward, servedWeight()), told);
            case Switched switched -> promote(forward);
            case Rolling rolling -> move(rolling(forward, rolling.minimumWeight()), told);
            case Stopping stopping -> move(stopping, told);
            case Starting starting -> move(new Starting(forward.candidate(), progressNow()), told);
        };
    }

    private int servedWeight() {
        return TrafficWeights.lastShare(situation);
    }

    private Decision advance(Forward forward) {
        return switch (forward) {
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

    private Decision advance(Rolling rolling) {
        return isComplete()
                ? promote(rolling)
                : waitFor(
                        rolling,
                        new Rolling(rolling.candidate(), rolling.minimumWeight(), seen(rolling.progress())),
                        rolling.progress());
    }

    private Decision advance(Smoking smoking) {
        if (!(settings.strategy() instanceof Canary canary)) {
            return move(rolling(smoking, 0));
        }
        if (candidate().routable() > 0) {
            SmokeResult result =
                    canary.smoke() ? situation.observed().smokeOf(smoking.candidate()) : new SmokeResult.Passed();
            switch (result) {
                case SmokeResult.Failed(String message) -> {
                    return fail(smoking, "SmokeFailed", message);
                }
                case SmokeResult.Passed passed -> {
                    return enterStep(smoking, 0);
                }
                case SmokeResult.Pending pending -> {
                    if (situation.isPast(seen(smoking.progress()).since().plus(settings.progressDeadline()))) {
                        return fail(
                                smoking,
                                "SmokeFailed",
                                "no answer to the smoke prompts within "
                                        + Deadlines.spoken(settings.progressDeadline()));
                    }
                }
            }
        }
        return waitFor(smoking, new Smoking(smoking.candidate(), seen(smoking.progress())), smoking.progress());
    }

    private Decision enterStep(Forward from, int step) {
        if (situation.isStableBroken()) {
            return move(
                    rolling(from, 0),
                    Notice.warning(
                            "StableUnavailable",
                            "%s serves nobody, so %s takes over without further steps"
                                    .formatted(state.stable(), from.candidate())));
        }
        if (settings.weightOf(step) == 100) {
            return move(rolling(from, servedWeight()));
        }
        return move(
                new Stepping(from.candidate(), step, progressNow()),
                Notice.normal(
                        "CanaryStep",
                        "%s goes to %d %% of the traffic".formatted(from.candidate(), settings.weightOf(step))));
    }

    private Decision advance(Stepping stepping) {
        if (situation.isStableBroken() || settings.weightOf(stepping.step()) == 100) {
            return enterStep(stepping, stepping.step());
        }
        if (candidate().routable() >= ReplicaCounts.canary(situation.total(), settings.weightOf(stepping.step()))) {
            return move(new Analyzing(stepping.candidate(), stepping.step(), now, new Checks(now, 0)));
        }
        return waitFor(
                stepping,
                new Stepping(stepping.candidate(), stepping.step(), seen(stepping.progress())),
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
            return fail(analyzing, trouble.get());
        }
        Instant holdEnds = Deadlines.holdEnds(analyzing, canary);
        if (!Deadlines.checkIsDue(analyzing, canary, now)) {
            return stay();
        }
        List<Verdict> verdicts = Judge.judge(
                canary.analysis(),
                situation.observed().measurements().get(state.stable()),
                situation.observed().measurements().get(analyzing.candidate()));
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
        var judged = new Transitions(new Situation(
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
            case Pass -> holdIsOver ? judged.enterStep(checked, checked.step() + 1) : judged.stay();
            case Inconclusive -> {
                if (holdIsOver && canary.onInconclusive() == OnInconclusive.Promote) {
                    yield judged.enterStep(checked, checked.step() + 1);
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
        return isComplete()
                ? move(
                        new Switched(standby.candidate(), now),
                        Notice.normal(
                                "TrafficSwitched",
                                "all traffic goes to %s, %s is kept".formatted(standby.candidate(), state.stable())))
                : waitFor(standby, new Standby(standby.candidate(), seen(standby.progress())), standby.progress());
    }

    private Decision advance(Switched switched) {
        Instant holdEnds = Deadlines.holdEnds(switched, settings);
        Optional<Failure> trouble = Deadlines.trouble(situation, switched.since());
        if (trouble.isPresent()) {
            return fail(switched, trouble.get());
        }
        if (situation.isPast(holdEnds) && isComplete()) {
            return promote(switched);
        }
        return situation.isPast(holdEnds.plus(settings.progressDeadline()))
                ? fail(switched, "ProgressDeadlineExceeded", Deadlines.shortage(situation))
                : stay();
    }

    private Decision advance(Stopping stopping) {
        boolean isEmpty = situation.observed().revisions().stream()
                .filter(revision -> !revision.hash().equals(stopping.candidate()))
                .filter(revision -> !isVariant(revision.hash()))
                .allMatch(Revision::isIdle);
        return isEmpty
                ? move(new Starting(stopping.candidate(), progressNow()))
                : waitFor(stopping, stopping, stopping.progress());
    }

    private boolean isVariant(String hash) {
        return state.variants().containsValue(hash)
                || situation.observed().variants().stream()
                        .anyMatch(variant -> variant.hash().equals(hash));
    }

    private Decision advance(Starting starting) {
        return isComplete()
                ? promote(starting)
                : waitFor(starting, new Starting(starting.candidate(), seen(starting.progress())), starting.progress());
    }

    private Decision returning(Returning returning) {
        boolean wantsOther = !situation.wanted().equals(state.stable());
        boolean wantsBack = situation.wanted().equals(returning.candidate());
        boolean promoted = situation.fresh().promotes(returning.candidate());
        boolean allowed = promoted || !situation.wanted().equals(state.rejected());
        boolean keepsServing = promoted || settings.strategy() instanceof RollingUpdate;
        if (wantsBack && allowed && keepsServing && !situation.isFrozen()) {
            return begin(promoted);
        }
        boolean carries = returning.retreat() != Retreat.Unserved && candidate().routable() > 0;
        if (wantsOther && (!wantsBack || allowed) && carries && situation.isStableBroken()) {
            return relabel(
                    returning.candidate(),
                    Notice.warning(
                            "StableUnavailable",
                            "%s serves nobody, %s stands in for it".formatted(state.stable(), returning.candidate())));
        }
        if (hasReturned(returning, carries)) {
            return move(new Settled());
        }
        return tookTooLong(returning) && !isStuckTold(returning) ? tellStuck(returning) : stay();
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
                    case StopFirst -> candidate().pods() == 0 || tookTooLong;
                };
    }

    private Decision promote(Forward forward) {
        String message = "%s replaced %s".formatted(forward.candidate(), state.stable());
        return relabel(forward.candidate(), Notice.normal("RolloutSucceeded", message));
    }

    private Decision relabel(String revision, Notice told) {
        return new Decision(state.withStable(revision).withPhase(new Settled()), List.of(told));
    }

    private Decision waitFor(Forward now, Forward next, Progress progress) {
        return Deadlines.stuck(situation, progress)
                .map(failure -> fail(now, failure))
                .orElseGet(() -> move(next));
    }

    private Decision fail(Forward forward, String reason, String message) {
        return fail(forward, new Failure(forward.candidate(), reason, message, now));
    }

    private Decision fail(Forward forward, Failure failure) {
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

    private Decision rollBack(Forward forward, Failure failure) {
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
    private static Retreat retreatFrom(Forward forward) {
        return switch (forward) {
            case Rolling rolling -> Retreat.Gradual;
            case Stepping stepping -> Retreat.Gradual;
            case Analyzing analyzing -> Retreat.Gradual;
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
            case Smoking smoking -> retreatFrom(smoking);
            case Standby standby -> retreatFrom(standby);
            case Switched switched -> retreatFrom(switched);
            case Stopping stopping -> retreatFrom(stopping);
            case Starting starting -> retreatFrom(starting);
        };
    }

    private Revision candidate() {
        return situation.candidate();
    }

    private boolean isComplete() {
        return candidate().routable() >= situation.total();
    }

    private Rolling rolling(Forward from, int minimumWeight) {
        return new Rolling(from.candidate(), minimumWeight, progressNow());
    }

    private Progress progressNow() {
        return new Progress(now, candidate().routable());
    }

    private Progress seen(Progress progress) {
        return progress.seen(candidate(), now);
    }

    private Decision move(Phase phase) {
        return new Decision(state.withPhase(phase), List.of());
    }

    private Decision move(Phase phase, Notice notice) {
        return new Decision(state.withPhase(phase), List.of(notice));
    }

    private Decision stay() {
        return new Decision(state, List.of());
    }
}
