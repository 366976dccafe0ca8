package dev.windlass.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.rollout.Phase.Analyzing;
import dev.windlass.operator.rollout.Phase.Checks;
import dev.windlass.operator.rollout.Phase.Preparing;
import dev.windlass.operator.rollout.Phase.Returning;
import dev.windlass.operator.rollout.Phase.Rolling;
import dev.windlass.operator.rollout.Phase.Smoking;
import dev.windlass.operator.rollout.Phase.Standby;
import dev.windlass.operator.rollout.Phase.Starting;
import dev.windlass.operator.rollout.Phase.Stopping;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaCountsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    /** Revisions as desired/pods/routable; the canary's steps are 5, 25 and 50 percent. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Rolling  | 3  | 1 | 0 | 3/3/3    | 0/0/0 | 3  | 1
            Rolling  | 3  | 1 | 0 | 3/3/3    | 1/1/0 | 3  | 1
            Rolling  | 3  | 1 | 0 | 3/3/3    | 1/1/1 | 2  | 1
            Rolling  | 3  | 1 | 0 | 2/3/2    | 1/1/1 | 2  | 1
            Rolling  | 3  | 1 | 0 | 2/2/2    | 1/1/1 | 2  | 2
            Rolling  | 3  | 1 | 0 | 1/1/1    | 3/3/2 | 1  | 3
            Rolling  | 3  | 0 | 1 | 3/3/3    | 0/0/0 | 2  | 0
            Rolling  | 3  | 0 | 1 | 2/2/2    | 0/0/0 | 2  | 1
            Rolling  | 3  | 0 | 1 | 2/2/2    | 1/1/1 | 1  | 1
            Rolling  | 3  | 3 | 0 | 3/3/3    | 0/0/0 | 3  | 3
            Rolling  | 6  | 1 | 0 | 2/2/2    | 2/2/1 | 5  | 2
            Preparing| 3  | 0 | 1 | 3/3/3    | 0/0/0 | 3  | 0
            Smoking  | 3  | 1 | 0 | 3/3/3    | 0/0/0 | 3  | 1
            Smoking  | 1  | 0 | 1 | 1/1/1    | 0/0/0 | 1  | 1
            Canary5  | 10 | 1 | 0 | 10/10/10 | 1/1/1 | 10 | 1
            Canary25 | 10 | 1 | 0 | 10/10/10 | 1/1/1 | 9  | 1
            Canary25 | 10 | 1 | 0 | 9/9/9    | 1/1/1 | 9  | 2
            Canary50 | 10 | 1 | 0 | 8/8/8    | 3/3/3 | 7  | 3
            Canary50 | 1  | 1 | 0 | 1/1/1    | 1/1/1 | 1  | 1
            Standby  | 4  | 1 | 0 | 4/4/4    | 0/0/0 | 4  | 4
            Stopping | 4  | 1 | 0 | 4/4/4    | 0/0/0 | 0  | 0
            Starting | 4  | 1 | 0 | 0/0/0    | 0/0/0 | 0  | 4
            Gradual  | 3  | 1 | 0 | 1/1/1    | 2/2/2 | 2  | 2
            Gradual  | 3  | 1 | 0 | 2/2/2    | 2/2/2 | 2  | 1
            Gradual  | 3  | 1 | 0 | 2/2/2    | 1/1/1 | 3  | 1
            AtOnce   | 4  | 1 | 0 | 2/2/2    | 2/2/2 | 4  | 0
            AtOnce   | 4  | 1 | 0 | 0/0/0    | 4/4/4 | 4  | 4
            Unserved | 4  | 1 | 0 | 4/4/4    | 1/1/1 | 4  | 0
            StopFirst| 4  | 1 | 0 | 0/0/0    | 4/4/0 | 0  | 0
            StopFirst| 4  | 1 | 0 | 0/0/0    | 0/0/0 | 4  | 0
            """)
    void theStableRevisionGivesUpOnlyWhatTheCandidateServes(
            String phase, int total, int surge, int unavailable, String stable, String candidate, int keeps, int gets) {
        RolloutSettings settings = World.settings(World.CANARY, surge, unavailable);
        RolloutState state = RolloutState.initial().withStable("A").withPhase(phase(phase));
        var observed = new Observed(
                "B",
                List.of(),
                total,
                List.of(revision("A", 1, stable), revision("B", 2, candidate)),
                state,
                Instructions.NONE,
                Map.of(),
                Map.of());
        var situation = new Situation(observed, settings, NOW, state, observed.revision("A"));
        assertThat(ReplicaCounts.of(situation, state.phase())).isEqualTo(new ReplicaCounts(keeps, gets));
    }

    private static Phase phase(String name) {
        var progress = new Progress(NOW, 0);
        return switch (name) {
            case "Rolling" -> new Rolling("B", 0, progress);
            case "Preparing" -> new Preparing("B", false, NOW);
            case "Smoking" -> new Smoking("B", progress);
            case "Standby" -> new Standby("B", progress);
            case "Stopping" -> new Stopping("B", progress);
            case "Starting" -> new Starting("B", progress);
            case "Canary5" -> new Analyzing("B", 0, NOW, new Checks(NOW, 0));
            case "Canary25" -> new Analyzing("B", 1, NOW, new Checks(NOW, 0));
            case "Canary50" -> new Analyzing("B", 2, NOW, new Checks(NOW, 0));
            default -> new Returning("B", Retreat.valueOf(name), NOW);
        };
    }

    private static Revision revision(String hash, long order, String counts) {
        String[] numbers = counts.split("/", -1);
        int routable = Integer.parseInt(numbers[2]);
        return new Revision(
                hash,
                order,
                new Role.Retired(),
                Integer.parseInt(numbers[0]),
                Integer.parseInt(numbers[1]),
                routable,
                routable,
                true,
                null);
    }
}
