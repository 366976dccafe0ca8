package dev.windlass.api;

import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Answers that are given again: to requests at temperature 0 or with a seed, and for embeddings. */
public record ResponseCacheSpec(
        @Size(max = 32) @Pattern(GoDuration.PATTERN) @JsonPropertyDescription("For how long; 1h by default.")
        GoDuration ttl,

        @JsonPropertyDescription("Give one caller what another asked for; false by default.")
        Boolean shareAcrossKeys)
        implements Block {
    public ResponseCacheSpec(@Nullable GoDuration ttl, @Nullable Boolean shareAcrossKeys) {
        this.ttl = or(ttl, GoDuration.of("1h"));
        this.shareAcrossKeys = or(shareAcrossKeys, false);
    }
}
