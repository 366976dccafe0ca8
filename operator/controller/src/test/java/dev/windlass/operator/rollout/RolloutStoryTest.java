package dev.windlass.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.rollout.FakeCluster.Quality;
import dev.windlass.operator.rollout.Phase.Analyzing;
import dev.windlass.operator.rollout.Phase.Held;
import dev.windlass.operator.rollout.Phase.Returning;
import dev.windlass.operator.rollout.Phase.Rolling;
import dev.windlass.operator.rollout.Phase.Settled;
import dev.windlass.operator.rollout.Phase.Smoking;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.Strategy.BlueGreen;
import dev.windlass.operator.rollout.Strategy.OnFailure;
import dev.windlass.operator.rollout.Strategy.OnInconclusive;
import dev.windlass.operator.rollout.Strategy.RollingUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rollouts from beginning to end: a person, a cluster and a plan every ten seconds. */
class RolloutStoryTest {
    @Test
    void theFirstRevisionIsStableWithoutARollout() {
        var world = new World(World.CANARY, 2, 8);
        assertThat(world.state.stable()).isEqualTo("A");
        assertThat(world.told()).isEmpty();
        assertThat(world.counts()).isEqualTo(Map.of("A", 2));
        assertThat(world.weights()).isEqualTo(Map.of("A", 100));
    }

    @Test
    void aGoodCanaryWalksItsWeightsAndIsRelabelled() {
        var world = new World(World.CANARY, 4, 8);
        world.wants("B");
        world.settle();
        assertThat(world.state.stable()).isEqualTo("B");
        assertThat(world.highest(plan -> plan.weights().getOrDefault("B", 0)))
                .containsExactly(0, 5, 25, 50, 60, 75, 100);
        assertThat(world.told())
                .containsExactly("RolloutStarted", "CanaryStep", "CanaryStep", "CanaryStep", "RolloutSucceeded");
        assertThat(world.weights()).containsEntry("B", 100);
        assertThat(world.counts()).isEqualTo(Map.of("A", 0, "B", 4));
    }

    @Test
    void promotionRestartsNothing() {
        var world = new World(World.CANARY, 3, 8);
        world.wants("B");
        RolloutPlan promoted =
                world.until("B is stable", plan -> "B".equals(plan.state().stable()));
        RolloutPlan before = world.plans.get(world.plans.size() - 2);
        assertThat(promoted.replicas().get("B"))
                .isEqualTo(before.replicas().get("B"))
                .isEqualTo(3);
        assertThat(role(before, "B")).isEqualTo(new Role.Candidate());
        assertThat(role(promoted, "B")).isEqualTo(new Role.Stable());
    }

    @Test
    void aSlowCanaryIsRolledBackWithTheNumbers() {
        var world = new World(World.CANARY, 3, 8);
        world.wants("B", Quality.Slow);
        world.settle();
        assertThat(world.state.stable()).isEqualTo("A");
        assertThat(world.failure().reason()).isEqualTo("TtftP95");
        assertThat(world.failure().message()).isEqualTo("TtftP95 0.41 s -> 0.93 s (+127 %, limit 20 %)");
        assertThat(world.notices.getLast())
                .isEqualTo(Notice.warning(
                        "RolledBack", "B is rolled back to A: TtftP95 0.41 s -> 0.93 s (+127 %, limit 20 %)"));
        assertThat(world.counts()).isEqualTo(Map.of("A", 3, "B", 0));
    }

    @Test
    void aRejectedRevisionIsNotTriedAgainUntilTheSpecChanges() {
        var world = new World(World.CANARY, 3, 8);
        world.wants("B", Quality.Erroneous);
        world.settle();
        world.pass(Duration.ofHours(2));
        assertThat(world.told()).containsOnlyOnce("RolloutStarted");
        world.wants("A").settle();
        world.wants("B").until(Smoking.class);
    }

    @Test
    void aPromotionByHandTriesARejectedRevisionWithoutJudgingIt() {
        var world = new World(World.CANARY, 3, 8);
        world.wants("B", Quality.Slow);
        world.settle();
        world.promotes("B").settle();
        assertThat(world.state.stable()).isEqualTo("B");
    }

    @Test
    void anInstructionActsOnce() {
        var world = new World(World.CANARY, 3, 8);
        world.aborts("B").wants("B");
        world.until(Smoking.class);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told()).contains("InstructionIgnored").doesNotContain("RolledBack");
        world.instructions = Instructions.NONE;
        world.pass(Duration.ofMinutes(1));
        world.aborts("B").settle();
        assertThat(world.failure().reason()).isEqualTo("Aborted");
        assertThat(world.told()).containsOnlyOnce("RolledBack");
    }

    @Test
    void aRevisionThatFailsItsSmokePromptsMeetsNoUser() {
        var world = new World(World.CANARY, 3, 8);
        world.wants("B", Quality.FailingSmoke);
        world.settle();
        assertThat(world.failure().reason()).isEqualTo("SmokeFailed");
        assertThat(world.failure().message()).isEqualTo("2+2=: expected \"4\", got \"5\"");
        assertThat(world.plans)
                .allSatisfy(
                        plan -> assertThat(plan.weights().getOrDefault("B", 0)).isZero());
    }

    @Test
    void withoutDataACanaryHoldsUntilTheDeadlineAndThenGoesBack() {
        var world = new World(World.CANARY, 3, 8);
        world.wants("B", Quality.Unmeasured);
        world.until(Analyzing.class);
        RolloutPlan holding = world.pass(World.DEADLINE);
        assertThat(holding.state().phase()).isInstanceOf(Analyzing.class);
        assertThat(holding.verdicts())
                .extracting(Verdict::message)
                .contains("TtftP95 inconclusive: nothing was measured of the canary");
        world.settle();
        assertThat(world.failure().reason()).isEqualTo("Inconclusive");
        assertThat(world.state.stable()).isEqualTo("A");
    }

    @Test
    void withoutDataACanaryGoesOnWhereThatIsAskedFor() {
        var world = new World(World.canary(OnFailure.Rollback, OnInconclusive.Promote), 3, 8);
        world.wants("B", Quality.Unmeasured);
        world.settle();
        assertThat(world.state.stable()).isEqualTo("B");
    }

    @Test
    void aFailedCanaryWaitsForAPersonWhereThatIsAskedFor() {
        var world = new World(World.canary(OnFailure.Pause, OnInconclusive.Hold), 3, 8);
        world.wants("B", Quality.Slow);
        RolloutPlan held = world.until(Held.class);
        RolloutPlan later = world.pass(Duration.ofHours(3));
        assertThat(later.weights()).isEqualTo(held.weights()).containsEntry("B", 5);
        assertThat(world.told()).endsWith("RolloutHeld");
        world.promotes("B").settle();
        assertThat(world.state.stable()).isEqualTo("B");
    }

    @Test
    void backToTheOldSpecReturnsToItWithoutAThirdRevisionOrAGap() {
        var world = new World(new RollingUpdate(), 4, 8);
        world.wants("B").until("B serves two", plan -> world.serving("B") == 2);
        world.wants("A");
        while (!(world.state.phase() instanceof Settled)) {
            world.step();
            assertThat(world.serving("A") + world.serving("B")).isGreaterThanOrEqualTo(4);
        }
        world.settle();
        assertThat(world.counts()).isEqualTo(Map.of("A", 4, "B", 0));
        assertThat(world.state.rejected()).isNull();
        assertThat(world.told()).containsExactly("RolloutStarted", "RolloutSuperseded");
    }

    @Test
    void aThirdSpecDuringACanaryRetiresTheSecond() {
        var world = new World(World.CANARY, 3, 8);
        world.wants("B").until("B has a quarter", plan -> plan.weights().getOrDefault("B", 0) == 25);
        world.wants("C").settle();
        assertThat(world.state.stable()).isEqualTo("C");
        assertThat(world.counts()).isEqualTo(Map.of("A", 0, "B", 0, "C", 3));
        assertThat(world.plans)
                .allSatisfy(plan -> assertThat(plan.revisions().stream()
                                .filter(revision -> revision.weight() > 0)
                                .count())
                        .isLessThanOrEqualTo(2));
    }

    @Test
    void aPauseStopsEverythingButKeepsTheWeights() {
        var world = new World(World.CANARY, 4, 8);
        world.wants("B").until("B has a quarter", plan -> plan.weights().getOrDefault("B", 0) == 25);
        world.paused(true);
        RolloutPlan paused = world.pass(Duration.ofHours(5));
        assertThat(paused.weights()).isEqualTo(Map.of("A", 75, "B", 25));
        assertThat(paused.state().lastFailure()).isNull();
        world.paused(false);
        world.settle();
        assertThat(world.state.stable()).isEqualTo("B");
    }

    @Test
    void aPauseTakesNothingFromTheDeadline() {
        var world = new World(new RollingUpdate(), 3, 3);
        world.wants("B").until(Rolling.class);
        world.pass(Duration.ofMinutes(5));
        world.paused(true);
        world.pass(Duration.ofHours(1));
        world.paused(false);
        assertThat(world.pass(Duration.ofMinutes(3)).state().phase()).isInstanceOf(Rolling.class);
        world.until(Returning.class);
    }

    @Test
    void suspendedMeansNoReplicasAtAll() {
        var world = new World(World.CANARY, 4, 8);
        world.wants("B").until(Analyzing.class);
        world.replicas = 0;
        assertThat(world.step().replicas()).isEqualTo(Map.of("A", 0, "B", 0));
        world.pass(Duration.ofHours(2));
        assertThat(world.weights()).isEqualTo(Map.of("A", 0, "B", 0));
        world.replicas = 4;
        world.settle();
        assertThat(world.state.stable()).isEqualTo("B");
    }

    @Test
    void aNewRevisionStartsAtTheLiveCount() {
        var world = new World(new BlueGreen(Duration.ofMinutes(1)), 2, 20);
        world.replicas = 7;
        world.settle();
        assertThat(world.wants("B").step().replicas()).isEqualTo(Map.of("A", 7, "B", 7));
    }

    @Test
    void theAutoscalerMovesBothRevisionsOfACanary() {
        var world = new World(World.CANARY, 4, 20);
        world.wants("B").until("B has a quarter", plan -> plan.weights().getOrDefault("B", 0) == 25);
        world.replicas = 8;
        world.pass(Duration.ofSeconds(60));
        assertThat(world.counts()).isEqualTo(Map.of("A", 6, "B", 2));
    }

    @Test
    void aStableRevisionThatServesNobodyIsReplacedWithoutComparingToIt() {
        var broken = new World(World.CANARY, 2, 8);
        broken.state = RolloutState.initial().withStable("X");
        broken.cluster.quality("X", Quality.Crashing);
        broken.wants("X");
        broken.pass(Duration.ofMinutes(3));
        broken.wants("C").settle();
        assertThat(broken.state.stable()).isEqualTo("C");
        assertThat(broken.told()).contains("StableUnavailable");
    }

    @Test
    void aReturnThatFindsNoRoomKeepsWhatServesAndSaysSo() {
        var world = new World(new RollingUpdate(), 2, 4);
        world.wants("B").until("B serves all but the last", plan -> world.serving("B") == 1);
        world.cluster.devices = 0;
        world.cluster.lose("A");
        world.wants("A");
        world.pass(World.DEADLINE.plusMinutes(5));
        assertThat(world.serving("B")).isEqualTo(1);
        assertThat(world.weights()).containsEntry("B", 100);
        assertThat(world.failure().reason()).isEqualTo("InsufficientGpu");
        assertThat(world.told()).containsOnlyOnce("ReturnIsStuck");
        world.cluster.devices = 4;
        world.settle();
        assertThat(world.counts()).isEqualTo(Map.of("A", 2, "B", 0));
    }

    @Test
    void lostStateIsReadFromTheLabels() {
        var world = new World(new RollingUpdate(), 3, 8);
        world.wants("B").until("B serves one", plan -> world.serving("B") == 1);
        world.state = RolloutState.initial();
        world.settle();
        assertThat(world.state.stable()).isEqualTo("B");
        assertThat(world.told()).doesNotContain("RolledBack");
    }

    @Test
    void historyKeepsItsLimitAndNeverAServingRevision() {
        var world = new World(new RollingUpdate(), 2, 8);
        for (String hash : List.of("B", "C", "D", "E")) {
            world.wants(hash).settle();
        }
        world.pass(Duration.ofMinutes(1));
        assertThat(world.counts().keySet()).containsExactlyInAnyOrder("C", "D", "E");
        world.wants("D").settle();
        assertThat(world.counts().keySet()).containsExactlyInAnyOrder("C", "D", "E");
    }

    @Test
    void variantsHaveTheirWeightAndTheBaseTheRest() {
        var world = new World(new RollingUpdate(), 5, 12);
        world.variants = List.of(new Variant("int8", "V", 20));
        world.pass(Duration.ofMinutes(2));
        assertThat(world.weights()).isEqualTo(Map.of("A", 80, "V", 20));
        assertThat(world.counts()).isEqualTo(Map.of("A", 4, "V", 1));
        world.variants = List.of(new Variant("int8", "W", 20));
        while (world.weights().getOrDefault("W", 0) == 0) {
            assertThat(world.step().weights().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum())
                    .isEqualTo(100);
            assertThat(world.weights().getOrDefault("V", 0) + world.weights().getOrDefault("W", 0))
                    .isEqualTo(20);
        }
        world.variants = List.of();
        assertThat(world.step().replicas()).isEqualTo(Map.of("A", 5, "V", 0, "W", 0));
    }

    @Test
    void aRestartedOperatorGoesOnWhereItWas() {
        for (int death = 1; death < 60; death++) {
            var world = new World(World.CANARY, 3, 8);
            world.wants("B").pass(World.TICK.multipliedBy(death));
            RolloutState stored = world.state;
            world.step();
            world.state = stored;
            world.settle();
            assertThat(world.state.stable())
                    .as("after a death in step %d", death)
                    .isEqualTo("B");
            assertThat(world.told()).doesNotContain("RolledBack");
        }
    }

    @Test
    void atRestThereIsNothingToTellAndNothingToWaitFor() {
        var world = new World(World.CANARY, 3, 8);
        RolloutPlan one = world.step();
        RolloutPlan other = world.step();
        assertThat(other).isEqualTo(one);
        assertThat(other.lookAgain()).isNull();
        assertThat(other.notices()).isEmpty();
    }

    private static Role role(RolloutPlan plan, String hash) {
        return plan.revisions().stream()
                .filter(revision -> revision.hash().equals(hash))
                .map(PlannedRevision::role)
                .findAny()
                .orElseThrow();
    }
}
