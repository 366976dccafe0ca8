package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many pods there are, by what is asked of them.
 *
 * @param metrics the largest answer of them counts; empty stands for a queue depth of 4
 * @param behavior a HorizontalPodAutoscaler's own behavior block, passed on as it is
 * @param idle null never lets the model sleep, whatever minReplicas says
 */
@ValidationRule(value = "self.minReplicas <= self.maxReplicas", message = Sentences.MIN_REPLICAS)
@ValidationRule(
        value = "!has(self.schedules) || self.schedules.all(s, s.minReplicas <= self.maxReplicas)",
        message = Sentences.SCHEDULE_REPLICAS)
@ValidationRule(
        value = "!has(self.schedules) || self.schedules.all(s, self.schedules.exists_one(t, t.name == s.name))",
        message = Sentences.SCHEDULES_UNIQUE)
@ValidationRule(
        value = "!has(self.metrics) || self.metrics.all(m, self.metrics.exists_one(n, n.type == m.type))",
        message = Sentences.METRICS_UNIQUE)
@ValidationRule(value = "!has(self.idle) || self.minReplicas == 0", message = Sentences.IDLE)
public record AutoscalingSpec(
        @Min(0) @Max(1000) @Default("1") @JsonPropertyDescription("0 lets the model sleep when nobody asks (see idle).")
        Integer minReplicas,

        @Required @Min(1) @Max(1000) Integer maxReplicas,

        @Size(max = 5) @JsonPropertyDescription("The largest answer counts; a queue depth of 4 by default.")
        List<Metric> metrics,

        @Size(max = 32)
        @Pattern(GoDuration.PATTERN)
        @JsonPropertyDescription("How long fewer must be enough before there are fewer; 5m by default.")
        GoDuration scaleDownDelay,

        @JsonPropertyDescription("A HorizontalPodAutoscaler's behavior, passed on as it is.") @Nullable
        ObjectNode behavior,

        @JsonPropertyDescription("When the model sleeps and how it wakes. Needs minReplicas 0.") @Nullable
        Idle idle,

        @Size(max = 16) @JsonPropertyDescription("Times of the week at which there are more.")
        List<Schedule> schedules,

        @JsonPropertyDescription(
                "Who scales; Auto takes Hpa where the operator's metrics API can be had, else Internal.")
        Provider provider)
        implements Block {
    public AutoscalingSpec {
        minReplicas = or(minReplicas, 1);
        maxReplicas = or(maxReplicas, Absent.NUMBER);
        metrics = list(metrics);
        scaleDownDelay = or(scaleDownDelay, GoDuration.of("5m"));
        schedules = list(schedules);
        provider = or(provider, Provider.Auto);
    }

    /** A measure, and how much of it one pod should have. TimeToFirstToken is in seconds, utilization from 0 to 1. */
    public record Metric(
            @Required @Nullable MetricType type,

            @Required
            @ValidationRule(value = ResourcesSpec.POSITIVE, message = Sentences.QUANTITY)
            @JsonPropertyDescription("How much of it one pod should have: 4, \"0.8\" or 500m.")
            @Nullable
            Quantity target)
            implements Block {}

    /** What is measured. */
    public enum MetricType {
        QueueDepth,
        Concurrency,
        TokensPerSecond,
        KvCacheUtilization,
        TimeToFirstToken
    }

    /** When a model sleeps and how it wakes. */
    public record Idle(
            @Size(max = 32)
            @Pattern(GoDuration.PATTERN)
            @JsonPropertyDescription("How long nobody must have asked; 15m by default.")
            GoDuration after,

            @JsonPropertyDescription("What happens to requests that find the model asleep.")
            Wake wake)
            implements Block {
        public Idle(@Nullable GoDuration after, @Nullable Wake wake) {
            this.after = or(after, GoDuration.of("15m"));
            this.wake = wake == null ? new Wake(null, null) : wake;
        }
    }

    /** The waiting room of a sleeping model: beyond its bounds a request gets 503 and when to come back. */
    public record Wake(
            @Size(max = 32)
            @Pattern(GoDuration.PATTERN)
            @JsonPropertyDescription("How long a request may wait for the model to wake; 10m by default.")
            GoDuration maxWait,

            @Min(1) @Max(100000) @JsonPropertyDescription("How many requests may wait; 200 by default.")
            Integer maxQueued)
            implements Block {
        public Wake(@Nullable GoDuration maxWait, @Nullable Integer maxQueued) {
            this.maxWait = or(maxWait, GoDuration.of("10m"));
            this.maxQueued = or(maxQueued, 200);
        }
    }

    /** A time of the week at which there are at least so many; an end before its start means the next day. */
    @ValidationRule(value = "self.start != self.end", message = Sentences.SCHEDULE_TIMES)
    public record Schedule(
            @Required @Size(max = 63) @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
            String name,

            @Required @Size(min = 1, max = 7) List<Day> days,

            @Required @Size(max = 5) @Pattern(TIME) String start,

            @Required @Size(max = 5) @Pattern(TIME) String end,

            @Size(max = 64) @JsonPropertyDescription("A name such as Europe/Berlin; UTC by default.")
            String timezone,

            @Required @Min(0) @Max(1000) Integer minReplicas)
            implements Block {
        static final String TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

        public Schedule {
            name = text(name);
            days = list(days);
            start = text(start);
            end = text(end);
            timezone = or(timezone, "UTC");
            minReplicas = or(minReplicas, Absent.NUMBER);
        }
    }

    /** A day of the week. */
    public enum Day {
        Mon,
        Tue,
        Wed,
        Thu,
        Fri,
        Sat,
        Sun
    }

    /** Who scales. */
    public enum Provider {
        Auto,
        Hpa,
        Keda,
        Internal
    }
}
