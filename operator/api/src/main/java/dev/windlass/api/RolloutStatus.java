package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a rollout is.
 *
 * @param step counts from 1; 0 is the smoke prompts
 */
public record RolloutStatus(
        @JsonPropertyDescription("The step it is at, from 1; 0 is the smoke prompts.") @Nullable
        Integer step,

        @Nullable Integer steps,
        @Nullable State state,
        String nextStepTime,

        @JsonPropertyDescription("Failed checks in a row.") @Nullable
        Integer failures,

        List<Check> checks,
        @Nullable Failure lastFailure)
        implements Block {
    public RolloutStatus {
        nextStepTime = text(nextStepTime);
        checks = list(checks);
    }

    /** What a rollout is doing. */
    public enum State {
        Smoke,
        Analyzing,
        Holding,
        Inconclusive,
        Paused,
        Promoting,
        RollingBack,
        Succeeded,
        Aborted
    }

    /** One measure, compared. */
    public record Check(
            String name,
            String stable,
            String canary,
            @Nullable Long samples,
            @Nullable Verdict verdict,
            String message)
            implements Block {
        public Check {
            name = text(name);
            stable = text(stable);
            canary = text(canary);
            message = text(message);
        }
    }

    /** What a check says. */
    public enum Verdict {
        Pass,
        Fail,
        Inconclusive
    }

    /** Why a revision did not make it. */
    public record Failure(String revision, String reason, String message, String time) implements Block {
        public Failure {
            revision = text(revision);
            reason = text(reason);
            message = text(message);
            time = text(time);
        }
    }
}
