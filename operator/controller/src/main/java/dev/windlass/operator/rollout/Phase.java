package dev.windlass.operator.rollout;

import java.time.Duration;
import java.time.Instant;

/** Where a rollout stands. Stored between plans; holds all that a restarted operator must know. */
public sealed interface Phase {
    /** Nothing to do: the stable revision is the wanted one, or the wanted one was rejected. */
    record Settled() implements Phase {}

    /** On the way to a candidate. */
    sealed interface Forward extends Phase {
        String candidate();
    }

    /**
     * Replica by replica: a rolling update, or the last part of a canary.
     *
     * @param minimumWeight what the candidate had before, so that no user moves back
     */
    record Rolling(String candidate, int minimumWeight, Progress progress) implements Forward {}

    /**
     * The candidate's model is made ready for its pods, of which there are none yet.
     *
     * @param withoutSteps whether somebody asked for it to be promoted at once when it is
     */
    record Preparing(String candidate, boolean withoutSteps, Instant since) implements Forward {}

    /** One replica without users, asked the smoke prompts. */
    record Smoking(String candidate, Progress progress) implements Forward {}

    /** The replicas for a canary step are on their way. */
    record Stepping(String candidate, int step, Progress progress) implements Forward {}

    /** The canary has its weight and is judged. */
    record Analyzing(String candidate, int step, Instant since, Checks checks) implements Forward {}

    /** All of the candidate's replicas are on their way, beside the stable ones. */
    record Standby(String candidate, Progress progress) implements Forward {}

    /** The candidate has all traffic; the stable replicas are kept. */
    record Switched(String candidate, Instant since) implements Forward {}

    /** The stable replicas go, so that the candidate has room. */
    record Stopping(String candidate, Progress progress) implements Forward {}

    /** The candidate's replicas come up where the stable ones were. */
    record Starting(String candidate, Progress progress) implements Forward {}

    /** Back to the stable revision. */
    record Returning(String candidate, Retreat retreat, Instant since) implements Phase {}

    /** Failed, and told to wait for a person rather than to return. */
    record Held(Forward at, Failure failure) implements Phase {}

    /**
     * The checks of one step.
     *
     * @param last when the latest was made; the start of the step before the first
     * @param failuresInRow how many of the latest failed
     */
    record Checks(Instant last, int failuresInRow) {}

    /** The same phase as if all had happened later: for the time in which a rollout stood still. */
    static Phase later(Phase phase, Duration by) {
        return switch (phase) {
            case Settled settled -> settled;
            case Held held -> held;
            case Returning(String candidate, Retreat retreat, Instant since) ->
                new Returning(candidate, retreat, since.plus(by));
            case Preparing(String candidate, boolean withoutSteps, Instant since) ->
                new Preparing(candidate, withoutSteps, since.plus(by));
            case Rolling(String candidate, int minimum, Progress progress) ->
                new Rolling(candidate, minimum, later(progress, by));
            case Smoking(String candidate, Progress progress) -> new Smoking(candidate, later(progress, by));
            case Stepping(String candidate, int step, Progress progress) ->
                new Stepping(candidate, step, later(progress, by));
            case Analyzing(String candidate, int step, Instant since, Checks checks) ->
                new Analyzing(
                        candidate,
                        step,
                        since.plus(by),
                        new Checks(checks.last().plus(by), checks.failuresInRow()));
            case Standby(String candidate, Progress progress) -> new Standby(candidate, later(progress, by));
            case Switched(String candidate, Instant since) -> new Switched(candidate, since.plus(by));
            case Stopping(String candidate, Progress progress) -> new Stopping(candidate, later(progress, by));
            case Starting(String candidate, Progress progress) -> new Starting(candidate, later(progress, by));
        };
    }

    private static Progress later(Progress progress, Duration by) {
        return new Progress(progress.since().plus(by), progress.routable());
    }
}
