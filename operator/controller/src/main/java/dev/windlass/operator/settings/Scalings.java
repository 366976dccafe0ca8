package dev.windlass.operator.settings;

import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.AutoscalingSpec.MetricType;
import dev.windlass.operator.scaling.ScalingMetric;
import dev.windlass.operator.scaling.ScalingSettings;
import dev.windlass.operator.scaling.Schedule;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a spec says about autoscaling. */
public final class Scalings {
    /** As the HorizontalPodAutoscaler has it. */
    private static final double TOLERANCE = 0.1;

    private static final Duration STALE = Duration.ofSeconds(30);
    /** So long that it is never: a model that may not sleep. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private Scalings() {}

    /** The settings for the autoscaler. The spec has passed its check. */
    public static ScalingSettings of(AutoscalingSpec scaling) {
        var idle = scaling.idle();
        return new ScalingSettings(
                scaling.minReplicas(),
                scaling.maxReplicas(),
                targets(scaling),
                TOLERANCE,
                scaling.scaleDownDelay().value(),
                idle == null ? NEVER : idle.after().value(),
                STALE,
                scaling.schedules().stream().map(Scalings::schedule).toList());
    }

    private static Map<ScalingMetric, Double> targets(AutoscalingSpec scaling) {
        Map<ScalingMetric, Double> targets = new LinkedHashMap<>();
        scaling.metrics().forEach(metric -> {
            if (metric.type() != null && metric.target() != null) {
                targets.put(
                        of(metric.type()), metric.target().getNumericalAmount().doubleValue());
            }
        });
        return targets.isEmpty() ? Map.of(ScalingMetric.QueueDepth, 4.0) : targets;
    }

    /** What replicas are counted from, as the spec calls it. */
    public static ScalingMetric of(MetricType type) {
        return switch (type) {
            case QueueDepth -> ScalingMetric.QueueDepth;
            case Concurrency -> ScalingMetric.Concurrency;
            case TokensPerSecond -> ScalingMetric.TokensPerSecond;
            case KvCacheUtilization -> ScalingMetric.KvCacheUtilization;
            case TimeToFirstToken -> ScalingMetric.TimeToFirstToken;
        };
    }

    /** The same, back. */
    public static MetricType of(ScalingMetric metric) {
        return switch (metric) {
            case QueueDepth -> MetricType.QueueDepth;
            case Concurrency -> MetricType.Concurrency;
            case TokensPerSecond -> MetricType.TokensPerSecond;
            case KvCacheUtilization -> MetricType.KvCacheUtilization;
            case TimeToFirstToken -> MetricType.TimeToFirstToken;
        };
    }

    private static Schedule schedule(AutoscalingSpec.Schedule schedule) {
        Set<DayOfWeek> days = schedule.days().stream()
                .map(Scalings::day)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(DayOfWeek.class)));
        return new Schedule(
                schedule.name(),
                days,
                LocalTime.parse(schedule.start()),
                LocalTime.parse(schedule.end()),
                ZoneId.of(schedule.timezone()),
                schedule.minReplicas());
    }

    private static DayOfWeek day(AutoscalingSpec.Day day) {
        return switch (day) {
            case Mon -> DayOfWeek.MONDAY;
            case Tue -> DayOfWeek.TUESDAY;
            case Wed -> DayOfWeek.WEDNESDAY;
            case Thu -> DayOfWeek.THURSDAY;
            case Fri -> DayOfWeek.FRIDAY;
            case Sat -> DayOfWeek.SATURDAY;
            case Sun -> DayOfWeek.SUNDAY;
        };
    }
}
