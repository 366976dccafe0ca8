package dev.windlass.operator.settings;

import dev.windlass.api.CanarySpec;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.operator.rollout.Analysis;
import dev.windlass.operator.rollout.Metric;
import dev.windlass.operator.rollout.MetricRule;
import dev.windlass.operator.rollout.MetricRule.AtMost;
import dev.windlass.operator.rollout.MetricRule.Regression;
import dev.windlass.operator.rollout.RolloutSettings;
import dev.windlass.operator.rollout.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a spec says about rollouts. */
public final class Rollouts {
    /** For a crash to be seen thrice: Kubernetes waits 10, 20 and 40 seconds before it tries again. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** For somebody to see that the new version is bad while the old one is still there. */
    private static final Duration BLUE_GREEN_HOLD = Duration.ofMinutes(1);

    private Rollouts() {}

    /** The settings for the rollout planner. The spec has passed its check. */
    public static RolloutSettings of(LlmDeploymentSpec spec) {
        var rollout = spec.rollout();
        return new RolloutSettings(
                strategy(spec),
                rollout.maxSurge(),
                rollout.maxUnavailable(),
                rollout.progressDeadline().value(),
                rollout.revisionHistoryLimit(),
                rollout.paused(),
                PATIENCE);
    }

    private static Strategy strategy(LlmDeploymentSpec spec) {
        return switch (spec.rollout().strategy()) {
            case RollingUpdate -> new Strategy.RollingUpdate();
            case BlueGreen -> new Strategy.BlueGreen(BLUE_GREEN_HOLD);
            case Recreate -> new Strategy.Recreate();
            case Canary -> canary(spec.canary().orElse(CanarySpec.ABSENT));
        };
    }

    /** Steps of 0 and 100 percent say nothing: no users is the smoke prompts' step, and all of them is implied. */
    private static Strategy canary(CanarySpec canary) {
        return new Strategy.Canary(
                canary.smoke() != null,
                canary.stepsOrUsual().stream()
                        .filter(step -> step.weight() > 0 && step.weight() < 100)
                        .map(step ->
                                new Strategy.Step(step.weight(), step.hold().value()))
                        .toList(),
                analysis(canary.analysis()),
                switch (canary.onFailure()) {
                    case Rollback -> Strategy.OnFailure.Rollback;
                    case Pause -> Strategy.OnFailure.Pause;
                },
                switch (canary.onInconclusive()) {
                    case Hold -> Strategy.OnInconclusive.Hold;
                    case Promote -> Strategy.OnInconclusive.Promote;
                });
    }

    private static Analysis analysis(CanarySpec.Analysis analysis) {
        List<MetricRule> rules =
                analysis.metricsOrUsual().stream().flatMap(Rollouts::rules).toList();
        return new Analysis(analysis.interval().value(), analysis.minRequests(), analysis.maxFailures(), rules);
    }

    private static Stream<MetricRule> rules(CanarySpec.Check check) {
        Metric metric =
                check.prometheus() != null ? new Metric.Outside(check.name()) : Metric.Served.valueOf(check.name());
        return Stream.concat(
                Stream.ofNullable(check.max()).map(max -> new MetricRule(metric, new AtMost(max.value()))),
                Stream.ofNullable(check.maxRegression())
                        .map(most -> new MetricRule(metric, new Regression(most.value()))));
    }
}
