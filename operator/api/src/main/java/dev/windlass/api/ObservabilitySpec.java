package dev.windlass.api;

import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What is told of requests. */
public record ObservabilitySpec(
        @JsonPropertyDescription(
                "Which requests OpenTelemetry's traces are of, where Windlass was installed with a place for traces.")
        @Nullable
        Tracing tracing,

        @JsonPropertyDescription("What is written of each request: nothing, who and how much, or also what was said.")
        Audit audit)
        implements Block {
    static final ObservabilitySpec ABSENT = new ObservabilitySpec(null, null);

    public ObservabilitySpec(@Nullable Tracing tracing, @Nullable Audit audit) {
        this.tracing = tracing;
        this.audit = or(audit, Audit.Off);
    }

    /** Which requests are traced; where traces go is the installation's affair. */
    public record Tracing(
            @Size(max = 20)
            @ValidationRule(value = Ratio.IS_SHARE, message = Sentences.SHARE)
            @JsonPropertyDescription(
                    "The share of requests that are traced where the caller has not decided. By default what the installation says.")
            @Nullable
            Ratio sampleRatio)
            implements Block {}

    /** What is written of each request. */
    public enum Audit {
        Off,
        Metadata,
        Full
    }
}
