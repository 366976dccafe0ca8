package dev.windlass.operator.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.AutoscalingSpec.MetricType;
import dev.windlass.operator.Resources;
import dev.windlass.operator.rollout.Analysis;
import dev.windlass.operator.rollout.Metric;
import dev.windlass.operator.rollout.MetricRule;
import dev.windlass.operator.rollout.RolloutSettings;
import dev.windlass.operator.rollout.Strategy;
import dev.windlass.operator.scaling.ScalingMetric;
import dev.windlass.operator.scaling.ScalingSettings;
import dev.windlass.operator.scaling.Schedule;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
    private static RolloutSettings rollout(String rollout) {
        return Rollouts.of(Resources.with("model: {uri: 'hf://a/b'}, rollout: {" + rollout + "}")
                .spec());
    }

    private static Strategy.Canary canary(String canary) {
        return (Strategy.Canary)
                rollout("strategy: Canary, canary: {" + canary + "}").strategy();
    }

    private static ScalingSettings scaling(String scaling) {
        return Scalings.of(
                Objects.requireNonNull(Resources.with("model: {uri: 'hf://a/b'}, autoscaling: {" + scaling + "}")
                        .spec()
                        .autoscaling()));
    }

    @Test
    void aRollingUpdateIsWhatIsMeantByNothing() {
        RolloutSettings settings = rollout("");

        assertThat(settings.strategy()).isEqualTo(new Strategy.RollingUpdate());
        assertThat(settings.maxSurge()).isEqualTo(1);
        assertThat(settings.paused()).isFalse();
        assertThat(settings.troublePatience()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void whatIsWrittenOfARolloutIsTaken() {
        RolloutSettings settings = rollout("strategy: Recreate, maxSurge: 0, maxUnavailable: 2, progressDeadline: 30s,"
                + " revisionHistoryLimit: 4, paused: true");

        assertThat(settings)
                .isEqualTo(new RolloutSettings(
                        new Strategy.Recreate(), 0, 2, Duration.ofSeconds(30), 4, true, Duration.ofSeconds(30)));
        assertThat(rollout("strategy: BlueGreen").strategy()).isEqualTo(new Strategy.BlueGreen(Duration.ofMinutes(1)));
    }

    @Test
    void aCanaryWithoutWordsHasTheUsualStepsAndChecks() {
        Strategy.Canary canary = canary("");
        var five = Duration.ofMinutes(5);

        assertThat(canary.smoke()).isFalse();
        assertThat(canary.steps())
                .containsExactly(new Strategy.Step(5, five), new Strategy.Step(25, five), new Strategy.Step(50, five));
        assertThat(canary.analysis())
                .isEqualTo(new Analysis(
                        Duration.ofSeconds(30),
                        50,
                        2,
                        List.of(
                                new MetricRule(Metric.Served.ErrorRate, new MetricRule.AtMost(0.01)),
                                new MetricRule(Metric.Served.TtftP95, new MetricRule.Regression(0.2)),
                                new MetricRule(Metric.Served.InterTokenP95, new MetricRule.Regression(0.2)))));
        assertThat(canary.onFailure()).isEqualTo(Strategy.OnFailure.Rollback);
        assertThat(canary.onInconclusive()).isEqualTo(Strategy.OnInconclusive.Hold);
    }

    @Test
    void stepsOfNoUsersAndOfAllOfThemSayNothing() {
        assertThat(canary("steps: [{weight: 0, hold: 1s}, {weight: 30, hold: 2m}, {weight: 100}]")
                        .steps())
                .containsExactly(new Strategy.Step(30, Duration.ofMinutes(2)));
    }

    @Test
    void aCheckWithTwoLimitsIsTwoRules() {
        Strategy.Canary canary = canary("smoke: {prompts: [{prompt: hi}]}, onFailure: Pause, onInconclusive: Promote,"
                + " analysis: {metrics: [{name: TtftP95, max: '0.5', maxRegression: '10%'}]}");

        assertThat(canary.analysis().rules())
                .containsExactly(
                        new MetricRule(Metric.Served.TtftP95, new MetricRule.AtMost(0.5)),
                        new MetricRule(Metric.Served.TtftP95, new MetricRule.Regression(0.1)));
        assertThat(canary.smoke()).isTrue();
        assertThat(canary.onFailure()).isEqualTo(Strategy.OnFailure.Pause);
        assertThat(canary.onInconclusive()).isEqualTo(Strategy.OnInconclusive.Promote);
    }

    @Test
    void scalingWithoutMetricsGoesByTheQueueAndNeverSleeps() {
        ScalingSettings settings = scaling("minReplicas: 1, maxReplicas: 3");

        assertThat(settings.targets()).isEqualTo(Map.of(ScalingMetric.QueueDepth, 4.0));
        assertThat(settings.idleAfter()).isGreaterThan(Duration.ofDays(10_000));
    }

    @Test
    void whatIsWrittenOfScalingIsTaken() {
        ScalingSettings settings = scaling("minReplicas: 0, maxReplicas: 3, scaleDownDelay: 7s, idle: {after: 90s},"
                + " metrics: [{type: KvCacheUtilization, target: '800m'}, {type: TokensPerSecond, target: '2k'}],"
                + " schedules: [{name: day, days: [Mon, Sun], start: '08:00', end: '18:30', timezone: Europe/Berlin,"
                + " minReplicas: 2}]");

        assertThat(settings)
                .isEqualTo(new ScalingSettings(
                        0,
                        3,
                        Map.of(ScalingMetric.KvCacheUtilization, 0.8, ScalingMetric.TokensPerSecond, 2000.0),
                        0.1,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(90),
                        Duration.ofSeconds(30),
                        List.of(new Schedule(
                                "day",
                                Set.of(DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
                                LocalTime.of(8, 0),
                                LocalTime.of(18, 30),
                                ZoneId.of("Europe/Berlin"),
                                2))));
    }

    @ParameterizedTest
    @EnumSource(MetricType.class)
    void everyMetricHasOneNameThereAndBack(MetricType type) {
        assertThat(Scalings.of(Scalings.of(type))).isEqualTo(type);
    }
}
