package dev.windlass.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.RolloutStatus;
import dev.windlass.operator.Resources;
import dev.windlass.operator.rollout.Instructions;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.Progress;
import dev.windlass.operator.rollout.Retreat;
import dev.windlass.operator.rollout.RolloutState;
import dev.windlass.operator.rollout.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RolloutWordsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00.5Z");
    private static final Progress PROGRESS = new Progress(NOW, 0);
    private static final LlmDeployment CANARY = Resources.with("model: {uri: 'hf://a/b'}, rollout: {strategy: Canary,"
            + " canary: {steps: [{weight: 5, hold: 1m}, {weight: 50, hold: 2m}]}}");

    private static RolloutState state(Phase phase, @Nullable Instant frozen, List<Verdict> verdicts) {
        return new RolloutState("70b", phase, frozen, Map.of(), Map.of(), null, null, verdicts, Instructions.NONE);
    }

    static Stream<Arguments> phases() {
        return Stream.of(
                Arguments.of(new Phase.Settled(), null, RolloutStatus.State.Succeeded, ""),
                Arguments.of(new Phase.Preparing("81a", false, NOW), null, RolloutStatus.State.Promoting, ""),
                Arguments.of(new Phase.Smoking("81a", PROGRESS), 0, RolloutStatus.State.Smoke, ""),
                Arguments.of(new Phase.Stepping("81a", 0, PROGRESS), 1, RolloutStatus.State.Holding, ""),
                Arguments.of(
                        new Phase.Analyzing("81a", 1, NOW, new Phase.Checks(NOW, 0)),
                        2,
                        RolloutStatus.State.Analyzing,
                        "2026-11-24T08:02:00Z"),
                // Somebody has taken steps away since.
                Arguments.of(
                        new Phase.Analyzing("81a", 7, NOW, new Phase.Checks(NOW, 0)),
                        8,
                        RolloutStatus.State.Analyzing,
                        ""),
                Arguments.of(new Phase.Rolling("81a", 50, PROGRESS), 2, RolloutStatus.State.Promoting, ""),
                Arguments.of(new Phase.Standby("81a", PROGRESS), null, RolloutStatus.State.Promoting, ""),
                Arguments.of(new Phase.Switched("81a", NOW), null, RolloutStatus.State.Promoting, ""),
                Arguments.of(new Phase.Stopping("81a", PROGRESS), null, RolloutStatus.State.Promoting, ""),
                Arguments.of(new Phase.Starting("81a", PROGRESS), null, RolloutStatus.State.Promoting, ""),
                Arguments.of(
                        new Phase.Returning("81a", Retreat.AtOnce, NOW), null, RolloutStatus.State.RollingBack, ""),
                Arguments.of(
                        new Phase.Held(new Phase.Stepping("81a", 0, PROGRESS), Cases.FAILURE),
                        null,
                        RolloutStatus.State.Paused,
                        ""));
    }

    @ParameterizedTest
    @MethodSource("phases")
    void whereARolloutIs(Phase phase, @Nullable Integer step, RolloutStatus.State state, String until) {
        RolloutStatus status = new RolloutWords(CANARY, state(phase, null, List.of())).status();

        assertThat(status.state()).isEqualTo(state);
        assertThat(status.step()).isEqualTo(step);
        assertThat(status.steps()).isEqualTo(2);
        assertThat(status.nextStepTime()).isEqualTo(until);
    }

    @Test
    void oneThatStandsStillIsPausedWhereverItIs() {
        assertThat(new RolloutWords(CANARY, state(new Phase.Rolling("81a", 0, PROGRESS), NOW, List.of()))
                        .status()
                        .state())
                .isEqualTo(RolloutStatus.State.Paused);
    }

    @Test
    void verdictsHaveTheirNumbersAndTooLittleDataIsSaid() {
        RolloutStatus status = new RolloutWords(
                        CANARY,
                        state(
                                new Phase.Analyzing("81a", 0, NOW, new Phase.Checks(NOW, 1)),
                                null,
                                List.of(new Verdict(
                                        "TtftP95", Verdict.Outcome.Inconclusive, 0.41237, null, 7, "7 of 50"))))
                .status();

        assertThat(status.state()).isEqualTo(RolloutStatus.State.Inconclusive);
        assertThat(status.toString()).contains("TtftP95", "0.4124", "7 of 50");
    }

    @Test
    void otherStrategiesHaveNoSteps() {
        RolloutStatus status = new RolloutWords(
                        Resources.with("model: {uri: 'hf://a/b'}"),
                        state(new Phase.Rolling("81a", 0, PROGRESS), null, List.of()))
                .status();

        assertThat(status.step()).isNull();
        assertThat(status.steps()).isNull();
    }
}
