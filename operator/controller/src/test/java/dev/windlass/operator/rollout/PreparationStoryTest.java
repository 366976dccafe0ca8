package dev.windlass.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.rollout.FakeCluster.Quality;
import dev.windlass.operator.rollout.Phase.Preparing;
import dev.windlass.operator.rollout.Strategy.BlueGreen;
import dev.windlass.operator.rollout.Strategy.Recreate;
import dev.windlass.operator.rollout.Strategy.RollingUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Models that are fetched and converted before a revision has pods. */
class PreparationStoryTest {
    @Test
    void aModelIsPreparedWhileTheOldOneServesHoweverLongItTakes() {
        var strategies =
                List.of(World.CANARY, new RollingUpdate(), new Recreate(), new BlueGreen(Duration.ofMinutes(1)));
        for (Strategy strategy : strategies) {
            var world = new World(strategy, 2, 8);
            world.settings = World.settings(strategy, 0, 1);
            world.cluster.preparation = World.DEADLINE.multipliedBy(2);
            world.wants("B");
            world.until(Preparing.class);
            assertThat(world.plans.getLast().prepare()).containsExactly("B");
            while (world.state.phase() instanceof Preparing) {
                assertThat(world.counts()).as("%s", strategy).isEqualTo(Map.of("A", 2, "B", 0));
                assertThat(world.weights()).containsEntry("A", 100);
                world.step();
            }
            world.settle();
            assertThat(world.state.stable()).as("%s", strategy).isEqualTo("B");
            assertThat(world.told()).contains("ModelPrepared").doesNotContain("RolledBack");
        }
    }

    @Test
    void aModelThatCannotBePreparedIsGivenUpAtOnceAndNotTriedAgain() {
        var world = new World(World.CANARY, 2, 8);
        world.cluster.preparation = Duration.ofMinutes(1);
        world.wants("B", Quality.Unpreparable);
        world.until(Preparing.class);
        world.settle();
        assertThat(world.failure().reason()).isEqualTo("ConvertFailed");
        assertThat(world.failure().message()).isEqualTo("no conversion of B");
        assertThat(world.state.rejected()).isEqualTo("B");
        assertThat(world.highest(plan -> plan.replicas().getOrDefault("B", 0))).containsExactly(0);
        assertThat(world.pass(Duration.ofHours(2)).prepare()).isEmpty();

        world.promotes("B");
        assertThat(world.until(Preparing.class).prepare()).containsExactly("B");
    }

    @Test
    void whatIsBeingPreparedCanBeReplacedOrPromotedInAdvance() {
        var world = new World(World.CANARY, 2, 8);
        world.cluster.preparation = Duration.ofMinutes(5);
        world.wants("B");
        world.until(Preparing.class);
        world.wants("C");
        assertThat(world.until("C is prepared", plan -> plan.prepare().contains("C"))
                        .prepare())
                .containsExactly("C");

        world.promotes("C");
        world.settle();
        assertThat(world.state.stable()).isEqualTo("C");
        assertThat(world.told()).contains("PromotedByHand", "ModelPrepared").doesNotContain("CanaryStep");
    }

    @Test
    void nothingIsPreparedForARolloutThatStandsStill() {
        var world = new World(World.CANARY, 2, 8);
        world.cluster.preparation = Duration.ofMinutes(5);
        world.wants("B");
        world.until(Preparing.class);
        world.replicas = 0;
        assertThat(world.step().prepare()).isEmpty();
        assertThat(world.state.phase()).isInstanceOf(Preparing.class);

        world.replicas = 2;
        world.settle();
        assertThat(world.state.stable()).isEqualTo("B");
    }

    @Test
    void aNewVariantIsPreparedBesideWhatServes() {
        var world = new World(World.CANARY, 2, 8);
        world.cluster.preparation = Duration.ofHours(2);
        world.variants = List.of(new Variant("german", "G", 50));
        RolloutPlan plan = world.step();
        assertThat(plan.prepare()).containsExactly("G");
        assertThat(plan.weights()).containsEntry("A", 100);
        world.pass(Duration.ofHours(3));
        assertThat(world.weights()).containsEntry("G", 50);
    }
}
