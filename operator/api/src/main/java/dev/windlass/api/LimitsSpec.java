package dev.windlass.api;

import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What a model takes on before it says no; 0 is no limit. */
public record LimitsSpec(
        @JsonPropertyDescription("For each key; a key's own Secret may say otherwise. Needs auth.") @Nullable
        Quota perKey,

        @JsonPropertyDescription("For all callers together.")
        Quota total,

        @Min(0) Integer maxInputTokens,
        @Min(0) Integer maxOutputTokens,

        @JsonPropertyDescription("The waiting room.") Queue queue)
        implements Block {
    static final LimitsSpec ABSENT = new LimitsSpec(null, null, null, null, null);

    public LimitsSpec(
            @Nullable Quota perKey,
            @Nullable Quota total,
            @Nullable Integer maxInputTokens,
            @Nullable Integer maxOutputTokens,
            @Nullable Queue queue) {
        this.perKey = perKey;
        this.total = total == null ? new Quota(null, null, null, null) : total;
        this.maxInputTokens = or(maxInputTokens, 0);
        this.maxOutputTokens = or(maxOutputTokens, 0);
        this.queue = queue == null ? new Queue(null, null) : queue;
    }

    /** How much in how long; 0 is no limit. */
    public record Quota(
            @Min(0) Integer requestsPerMinute,
            @Min(0) Long tokensPerMinute,
            @Min(0) Long tokensPerDay,
            @Min(0) Integer concurrent)
            implements Block {
        public Quota(
                @Nullable Integer requestsPerMinute,
                @Nullable Long tokensPerMinute,
                @Nullable Long tokensPerDay,
                @Nullable Integer concurrent) {
            this.requestsPerMinute = or(requestsPerMinute, 0);
            this.tokensPerMinute = or(tokensPerMinute, 0L);
            this.tokensPerDay = or(tokensPerDay, 0L);
            this.concurrent = or(concurrent, 0);
        }
    }

    /**
     * The waiting room.
     *
     * @param maxWaiting requests beyond it get 429
     * @param timeout how long a request may take in all
     */
    public record Queue(
            @Min(1) @Max(1000000) @JsonPropertyDescription("Requests beyond it get 429; 256 by default.")
            Integer maxWaiting,

            @Size(max = 32)
            @Pattern(GoDuration.PATTERN)
            @JsonPropertyDescription("How long a request may take in all; 10m by default.")
            GoDuration timeout)
            implements Block {
        public Queue(@Nullable Integer maxWaiting, @Nullable GoDuration timeout) {
            this.maxWaiting = or(maxWaiting, 256);
            this.timeout = or(timeout, GoDuration.of("10m"));
        }
    }
}
