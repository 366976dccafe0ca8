package dev.windlass.api;

import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** What may be asked and answered. */
public record ContentFilterSpec(
        @Required @JsonPropertyDescription("The LlmFilterPolicy with the rules.")
        ModelSpec.@Nullable SecretReference policyRef,

        @JsonPropertyDescription("Enforce by default.") Mode input,

        @JsonPropertyDescription("Enforce by default.") Mode output,

        Streaming streaming,

        @JsonPropertyDescription("What happens when a rule cannot be asked; FailClosed by default.")
        OnError onError)
        implements Block {
    public ContentFilterSpec(
            ModelSpec.@Nullable SecretReference policyRef,
            @Nullable Mode input,
            @Nullable Mode output,
            @Nullable Streaming streaming,
            @Nullable OnError onError) {
        this.policyRef = policyRef;
        this.input = or(input, Mode.Enforce);
        this.output = or(output, Mode.Enforce);
        this.streaming = streaming == null ? new Streaming(null) : streaming;
        this.onError = or(onError, OnError.FailClosed);
    }

    /** Whether a match stops anything. */
    public enum Mode {
        Enforce,
        Monitor,
        Off
    }

    /** What happens when a rule cannot be asked. */
    public enum OnError {
        FailClosed,
        FailOpen
    }

    /** How streams are filtered. */
    public record Streaming(
            @Min(0) @Max(4096) @JsonPropertyDescription("Tokens held back so that a match can be cut; 64 by default.")
            Integer window)
            implements Block {
        public Streaming(@Nullable Integer window) {
            this.window = or(window, 64);
        }
    }
}
