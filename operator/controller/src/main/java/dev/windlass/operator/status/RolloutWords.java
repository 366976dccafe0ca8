package dev.windlass.operator.status;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.RolloutStatus;
import dev.windlass.api.RolloutStatus.State;
import dev.windlass.operator.rollout.Failure;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.RolloutState;
import dev.windlass.operator.rollout.Strategy;
import dev.windlass.operator.rollout.Verdict;
import dev.windlass.operator.settings.Rollouts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a rollout is, in the status' words. */
final class RolloutWords {
    private final LlmDeployment resource;
    private final RolloutState state;

    RolloutWords(LlmDeployment resource, RolloutState state) {
        this.resource = resource;
        this.state = state;
    }

    RolloutStatus status() {
        List<Strategy.Step> steps =
                Rollouts.of(resource.spec()).strategy() instanceof Strategy.Canary canary ? canary.steps() : List.of();
        Phase.Analyzing analyzing = state.phase() instanceof Phase.Analyzing found ? found : null;
        return new RolloutStatus(
                step(steps.size()),
                steps.isEmpty() ? null : steps.size(),
                state(),
                analyzing == null || analyzing.step() >= steps.size()
                        ? ""
                        : time(analyzing
                                .since()
                                .plus(steps.get(analyzing.step()).hold())),
                analyzing == null ? null : analyzing.checks().failuresInRow(),
                state.verdicts().stream().map(RolloutWords::check).toList(),
                failure(state.lastFailure()));
    }

    private @Nullable Integer step(int steps) {
        if (steps == 0) {
            return null;
        }
        return switch (state.phase()) {
            case Phase.Smoking smoking -> 0;
            case Phase.Stepping stepping -> stepping.step() + 1;
            case Phase.Analyzing analyzing -> analyzing.step() + 1;
            case Phase.Rolling rolling -> steps;
            case Phase.Settled _,
                    Phase.Preparing _,
                    Phase.Standby _,
                    Phase.Switched _,
                    Phase.Stopping _,
                    Phase.Starting _,
                    Phase.Returning _,
                    Phase.Held _ -> null;
        };
    }

    private State state() {
        if (state.frozenSince() != null && state.phase() instanceof Phase.Forward) {
            return State.Paused;
        }
        return switch (state.phase()) {
            case Phase.Settled settled -> state.rejected() == null ? State.Succeeded : State.Aborted;
            case Phase.Smoking smoking -> State.Smoke;
            case Phase.Stepping stepping -> State.Holding;
            case Phase.Analyzing analyzing -> isInconclusive() ? State.Inconclusive : State.Analyzing;
            case Phase.Preparing _,
                    Phase.Rolling _,
                    Phase.Standby _,
                    Phase.Switched _,
                    Phase.Stopping _,
                    Phase.Starting _ -> State.Promoting;
            case Phase.Returning returning -> State.RollingBack;
            case Phase.Held held -> State.Paused;
        };
    }

    private boolean isInconclusive() {
        return state.verdicts().stream().anyMatch(verdict -> verdict.outcome() == Verdict.Outcome.Inconclusive);
    }

    private static RolloutStatus.Check check(Verdict verdict) {
        return new RolloutStatus.Check(
                verdict.name(),
                number(verdict.stable()),
                number(verdict.canary()),
                verdict.samples(),
                switch (verdict.outcome()) {
                    case Pass -> RolloutStatus.Verdict.Pass;
                    case Fail -> RolloutStatus.Verdict.Fail;
                    case Inconclusive -> RolloutStatus.Verdict.Inconclusive;
                },
                verdict.message());
    }

    private RolloutStatus.@Nullable Failure failure(@Nullable Failure failure) {
        return failure == null
                ? null
                : new RolloutStatus.Failure(
                        resource.name() + "-" + failure.revision(),
                        failure.reason(),
                        failure.message(),
                        time(failure.at()));
    }

    private static String number(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.4g", value);
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
