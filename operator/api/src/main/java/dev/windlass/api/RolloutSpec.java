package dev.windlass.api;

import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * How a new revision takes the place of the old one.
 *
 * @param canary null with strategy Canary stands for {@link CanarySpec#ABSENT}
 */
@ValidationRule(value = "!has(self.canary) || self.strategy == 'Canary'", message = Sentences.CANARY_BLOCK)
@ValidationRule(
        value =
                "self.strategy == 'Recreate' || !has(self.maxSurge) || self.maxSurge > 0 || (has(self.maxUnavailable) && self.maxUnavailable > 0)",
        message = Sentences.SURGE)
public record RolloutSpec(
        @Default("RollingUpdate") Strategy strategy,

        @Min(0) @Max(100) @JsonPropertyDescription("How many pods more than wanted there may be; 1 by default.")
        Integer maxSurge,

        @Min(0) @Max(100) @JsonPropertyDescription("How many pods fewer than wanted there may be; 0 by default.")
        Integer maxUnavailable,

        @Size(max = 32)
        @Pattern(GoDuration.PATTERN)
        @JsonPropertyDescription("How long a rollout may stand still before it has failed; 40m by default.")
        GoDuration progressDeadline,

        @Min(1) @Max(50) @JsonPropertyDescription("How many old revisions are remembered; 5 by default.")
        Integer revisionHistoryLimit,

        @JsonPropertyDescription("Stops everything where it is, until it is false again.")
        Boolean paused,

        @JsonPropertyDescription("The steps of a canary and how they are judged. Needs strategy Canary.") @Nullable
        CanarySpec canary)
        implements Block {
    static final RolloutSpec ABSENT = new RolloutSpec(null, null, null, null, null, null, null);

    public RolloutSpec(
            @Nullable Strategy strategy,
            @Nullable Integer maxSurge,
            @Nullable Integer maxUnavailable,
            @Nullable GoDuration progressDeadline,
            @Nullable Integer revisionHistoryLimit,
            @Nullable Boolean paused,
            @Nullable CanarySpec canary) {
        this.strategy = or(strategy, Strategy.RollingUpdate);
        this.maxSurge = or(maxSurge, 1);
        this.maxUnavailable = or(maxUnavailable, 0);
        this.progressDeadline = or(progressDeadline, GoDuration.of("40m"));
        this.revisionHistoryLimit = or(revisionHistoryLimit, 5);
        this.paused = or(paused, false);
        this.canary = canary;
    }

    /** How revisions change places. */
    public enum Strategy {
        RollingUpdate,
        Canary,
        BlueGreen,
        Recreate
    }
}
