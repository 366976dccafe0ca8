package dev.windlass.api;

import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How long running streams may go on after a request to stop. */
public record DrainSpec(
        @Size(max = 32)
        @Pattern(GoDuration.PATTERN)
        @JsonPropertyDescription("How long running streams may go on when a pod must go; 120s by default.")
        GoDuration timeout)
        implements Block {
    static final DrainSpec ABSENT = new DrainSpec(null);

    public DrainSpec(@Nullable GoDuration timeout) {
        this.timeout = or(timeout, GoDuration.of("120s"));
    }
}
