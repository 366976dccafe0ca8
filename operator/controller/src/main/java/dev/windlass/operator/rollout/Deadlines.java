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
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** When patience ends, and when to look next. */
final class Deadlines {
    private Deadlines() {}

    /** Why the candidate will not come, once it has had its time. */
    static Optional<Failure> stuck(Situation situation, Progress progress) {
        Instant since = progress.seen(situation.candidate(), situation.now()).since();
        Optional<Failure> trouble = trouble(situation, since);
        if (trouble.isPresent()
                || !situation.isPast(since.plus(situation.settings().progressDeadline()))) {
            return trouble;
        }
        Trouble found = situation.candidate().trouble();
        return Optional.of(
                found == null
                        ? failure(situation, "ProgressDeadlineExceeded", shortage(situation))
                        : failure(situation, found.kind().reason(), found.message()));
    }

    /** The candidate's trouble, once it has lasted too long, counted from when the phase last came further. */
    static Optional<Failure> trouble(Situation situation, Instant since) {
        Trouble trouble = situation.candidate().trouble();
        return trouble != null && situation.isPast(troubleEnds(situation.settings(), trouble, since))
                ? Optional.of(failure(situation, trouble.kind().reason(), trouble.message()))
                : Optional.empty();
    }

    private static Instant troubleEnds(RolloutSettings settings, Trouble trouble, Instant since) {
        Instant start = trouble.since().isAfter(since) ? trouble.since() : since;
        if (trouble.kind().isFinal()) {
            return start;
        }
        return start.plus(trouble.kind().isWantOfRoom() ? settings.progressDeadline() : settings.troublePatience());
    }

    private static Failure failure(Situation situation, String reason, String message) {
        return new Failure(situation.candidate().hash(), reason, message, situation.now());
    }

    static String shortage(Situation situation) {
        return "%d of %d replicas of %s serve, and no more came within %s"
                .formatted(
                        situation.candidate().routable(),
                        situation.candidate().desired(),
                        situation.candidate().hash(),
                        spoken(situation.settings().progressDeadline()));
    }

    static String spoken(Duration duration) {
        return duration.toSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }

    static Instant holdEnds(Analyzing analyzing, Canary canary) {
        return analyzing.since().plus(canary.steps().get(analyzing.step()).hold());
    }

    static Instant holdEnds(Switched switched, RolloutSettings settings) {
        return switched.since()
                .plus(settings.strategy() instanceof BlueGreen blueGreen ? blueGreen.hold() : Duration.ZERO);
    }

    /** At every interval, and when the hold ends, so that a step takes no longer than it must. */
    static boolean checkIsDue(Analyzing analyzing, Canary canary, Instant now) {
        return !now.isBefore(nextCheck(analyzing, canary));
    }

    private static Instant nextCheck(Analyzing analyzing, Canary canary) {
        Instant last = analyzing.checks().last();
        Instant next = last.plus(canary.analysis().interval());
        Instant holdEnds = holdEnds(analyzing, canary);
        return last.isBefore(holdEnds) && holdEnds.isBefore(next) ? holdEnds : next;
    }

    /** When the plan may change although nothing observed does. */
    static @Nullable Instant lookAgain(Situation situation, Phase phase) {
        if (!phase.equals(situation.observed().state().phase())) {
            return situation.now();
        }
        return switch (phase) {
            case Settled settled -> null;
            case Held held -> null;
            case Returning returning ->
                soonest(situation, returning.since().plus(situation.settings().progressDeadline()), returning.since());
            case Forward forward ->
                situation.isFrozen() ? null : soonest(situation, ownDeadline(situation, forward), sinceOf(forward));
        };
    }

    /** Deadlines that passed have been acted upon. */
    private static @Nullable Instant soonest(Situation situation, Instant own, Instant since) {
        RolloutSettings settings = situation.settings();
        Trouble ofCandidate = situation.candidate().trouble();
        Trouble ofStable = situation.stable().trouble();
        return Stream.of(
                        Optional.of(own),
                        Optional.ofNullable(ofCandidate).map(trouble -> troubleEnds(settings, trouble, since)),
                        Optional.ofNullable(ofStable)
                                .map(trouble -> trouble.since().plus(settings.troublePatience())))
                .flatMap(Optional::stream)
                .filter(situation.now()::isBefore)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static Instant ownDeadline(Situation situation, Forward forward) {
        RolloutSettings settings = situation.settings();
        return switch (forward) {
            case Analyzing analyzing ->
                settings.strategy() instanceof Canary canary
                                && analyzing.step() < canary.steps().size()
                        ? nextCheck(analyzing, canary)
                        : situation.now();
            case Switched switched -> {
                Instant holdEnds = holdEnds(switched, settings);
                yield situation.isPast(holdEnds) ? holdEnds.plus(settings.progressDeadline()) : holdEnds;
            }
            // What prepares has a deadline of its own, and says when it is over.
            case Preparing preparing -> situation.now();
            case Rolling rolling -> sinceOf(rolling).plus(settings.progressDeadline());
            case Smoking smoking -> sinceOf(smoking).plus(settings.progressDeadline());
            case Stepping stepping -> sinceOf(stepping).plus(settings.progressDeadline());
            case Standby standby -> sinceOf(standby).plus(settings.progressDeadline());
            case Stopping stopping -> sinceOf(stopping).plus(settings.progressDeadline());
            case Starting starting -> sinceOf(starting).plus(settings.progressDeadline());
        };
    }

    private static Instant sinceOf(Forward forward) {
        return switch (forward) {
            case Preparing preparing -> preparing.since();
            case Rolling rolling -> rolling.progress().since();
            case Smoking smoking -> smoking.progress().since();
            case Stepping stepping -> stepping.progress().since();
            case Standby standby -> standby.progress().since();
            case Stopping stopping -> stopping.progress().since();
            case Starting starting -> starting.progress().since();
            case Analyzing analyzing -> analyzing.since();
            case Switched switched -> switched.since();
        };
    }
}
