package dev.windlass.api;

import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What is told of requests. */
public record ObservabilitySpec(
        @JsonPropertyDescription("Sends OpenTelemetry traces.") @Nullable
        Tracing tracing,

        @JsonPropertyDescription("What is written of each request: nothing, who and how much, or also what was said.")
        Audit audit)
        implements Block {
    static final ObservabilitySpec ABSENT = new ObservabilitySpec(null, null);

    public ObservabilitySpec(@Nullable Tracing tracing, @Nullable Audit audit) {
        this.tracing = tracing;
        this.audit = or(audit, Audit.Off);
    }

    /** Where traces go. */
    public record Tracing(
            @Required @Size(max = 512) @Pattern("^https?://.+$")
            String endpoint,

            @Size(max = 20)
            @ValidationRule(value = Ratio.IS_SHARE, message = Sentences.SHARE)
            @JsonPropertyDescription("The share of requests that are traced; \"0.05\" by default.")
            Ratio sampleRatio)
            implements Block {
        public Tracing {
            endpoint = text(endpoint);
            sampleRatio = or(sampleRatio, Ratio.of("0.05"));
        }
    }

    /** What is written of each request. */
    public enum Audit {
        Off,
        Metadata,
        Full
    }
}
