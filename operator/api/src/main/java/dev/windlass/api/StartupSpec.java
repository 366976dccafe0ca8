package dev.windlass.api;

import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What a pod may take until it is ready. */
public record StartupSpec(
        @Size(max = 32)
        @Pattern(GoDuration.PATTERN)
        @JsonPropertyDescription("How long loading may take in all; 30m by default.")
        GoDuration timeout,

        @Min(0) @Max(100) @JsonPropertyDescription("Prompts to run before the pod is ready; 3 by default.")
        Integer warmupPrompts)
        implements Block {
    static final StartupSpec ABSENT = new StartupSpec(null, null);

    public StartupSpec(@Nullable GoDuration timeout, @Nullable Integer warmupPrompts) {
        this.timeout = or(timeout, GoDuration.of("30m"));
        this.warmupPrompts = or(warmupPrompts, 3);
    }
}
