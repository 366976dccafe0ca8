package dev.windlass.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.rollout.FakeCluster.Quality;
import dev.windlass.operator.rollout.Phase.Starting;
import dev.windlass.operator.rollout.Phase.Switched;
import dev.windlass.operator.rollout.Strategy.BlueGreen;
import dev.windlass.operator.rollout.Strategy.Recreate;
import dev.windlass.operator.rollout.Strategy.RollingUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rollouts without a canary: all at once, one by one, switched, and where there is no room. */
class StrategyStoryTest {
    @Test
    void aClusterWithoutRoomEndsARolloutWithInsufficientGpu() {
        var world = new World(new RollingUpdate(), 3, 3);
        Instant asked = world.now;
        world.wants("B").until("B is given up", plan -> plan.state().lastFailure() != null);
        world.settle();
        assertThat(world.failure().reason()).isEqualTo("InsufficientGpu");
        assertThat(world.counts()).isEqualTo(Map.of("A", 3, "B", 0));
        assertThat(Duration.between(asked, world.failure().at())).isGreaterThanOrEqualTo(World.DEADLINE);
    }

    @Test
    void withoutSurgeAFullClusterIsUpdatedOneReplicaAtATime() {
        var world = new World(new RollingUpdate(), 3, 3);
        world.settings = World.settings(new RollingUpdate(), 0, 1);
        world.wants("B");
        world.settle();
        assertThat(world.state.stable()).isEqualTo("B");
        assertThat(world.plans)
                .allSatisfy(plan -> assertThat(plan.replicas().values().stream()
                                .mapToInt(Integer::intValue)
                                .sum())
                        .isLessThanOrEqualTo(3));
    }

    @Test
    void recreateStopsTheOldBeforeItStartsTheNew() {
        var world = new World(new Recreate(), 3, 3);
        world.wants("B");
        RolloutPlan starting = world.until(Starting.class);
        assertThat(starting.replicas()).isEqualTo(Map.of("A", 0, "B", 3));
        assertThat(world.cluster.revisions(world.now).getFirst().pods()).isZero();
        world.settle();
        assertThat(world.state.stable()).isEqualTo("B");
    }

    @Test
    void recreateComesBackWhenTheNewDoesNotLoad() {
        var world = new World(new Recreate(), 3, 3);
        world.wants("B", Quality.Unloadable);
        world.settle();
        assertThat(world.failure().reason()).isEqualTo("LoadFailed");
        assertThat(world.counts()).isEqualTo(Map.of("A", 3, "B", 0));
    }

    @Test
    void blueGreenSwitchesAtOnceAndKeepsTheOldUntilTheHoldIsOver() {
        var world = new World(new BlueGreen(Duration.ofMinutes(5)), 3, 8);
        world.wants("B");
        RolloutPlan switched = world.until(Switched.class);
        assertThat(switched.weights()).isEqualTo(Map.of("A", 0, "B", 100));
        assertThat(switched.replicas()).isEqualTo(Map.of("A", 3, "B", 3));
        assertThat(world.pass(Duration.ofMinutes(4)).replicas()).isEqualTo(Map.of("A", 3, "B", 3));
        world.settle();
        assertThat(world.counts()).isEqualTo(Map.of("A", 0, "B", 3));
        assertThat(world.highest(plan -> plan.weights().getOrDefault("B", 0))).containsExactly(0, 100);
    }

    @Test
    void blueGreenSwitchesBackAtOnceWhenAborted() {
        var world = new World(new BlueGreen(Duration.ofMinutes(5)), 3, 8);
        world.wants("B").until(Switched.class);
        RolloutPlan back = world.aborts("B").step();
        assertThat(back.weights()).isEqualTo(Map.of("A", 100, "B", 0));
    }
}
