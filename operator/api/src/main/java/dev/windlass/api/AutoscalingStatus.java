package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.windlass.api.AutoscalingSpec.MetricType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What autoscaling wants and why. */
public record AutoscalingStatus(
        @Nullable Integer desired,
        @Nullable Integer current,
        @Nullable MetricType metric,
        String value,

        @JsonPropertyDescription("The last five changes, the newest first.")
        List<Change> history)
        implements Block {
    public AutoscalingStatus {
        value = text(value);
        history = list(history);
    }

    /** From so many to so many. */
    public record Change(
            String time, @Nullable Integer from, @Nullable Integer to, String reason) implements Block {
        public Change {
            time = text(time);
            reason = text(reason);
        }
    }
}
