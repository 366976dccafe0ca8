package dev.windlass.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.rollout.FakeCluster.Quality;
import dev.windlass.operator.rollout.Phase.Held;
import dev.windlass.operator.rollout.Phase.Returning;
import dev.windlass.operator.rollout.Phase.Settled;
import dev.windlass.operator.rollout.Strategy.BlueGreen;
import dev.windlass.operator.rollout.Strategy.OnFailure;
import dev.windlass.operator.rollout.Strategy.OnInconclusive;
import dev.windlass.operator.rollout.Strategy.Recreate;
import dev.windlass.operator.rollout.Strategy.RollingUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random histories. A failure names its seed; {@link #replay} runs that one alone. */
class RolloutSimulationTest {
    private static final int HISTORIES = Integer.getInteger("windlass.histories", 1_000);
    private static final int EVENTFUL_STEPS = 120;
    private static final int QUIET_STEPS = 600;
    /** At least 40 minutes on average: longer than any deadline. */
    private static final int ENOUGH_QUIET = 80;

    private static final int MOST_CHANGES = 60;
    private static final int MOST_TURNS = 3;

    private static final String[] HASHES = {"A", "B", "C", "D"};

    @Test
    void everyHistoryKeepsItsPromisesAndEnds() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            replay(seed);
        }
    }

    /** 5051: A, B, A, B with a canary; B began anew while A could not yet carry what B's pods did. */
    @ParameterizedTest
    @ValueSource(longs = 5051)
    void aHistoryThatOnceBrokeAPromiseKeepsItNow(long seed) {
        replay(seed);
    }

    private static void replay(long seed) {
        try {
            new RolloutSimulationTest().history(new Random(seed));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private void history(Random random) {
        int replicas = 1 + random.nextInt(5);
        var world = new World(strategy(random), replicas, replicas + random.nextInt(replicas + 2));
        world.settings = World.settings(world.settings.strategy(), random.nextInt(3), random.nextInt(2));
        world.cluster.preparation = random.nextBoolean() ? null : Duration.ofSeconds(random.nextInt(1800));
        for (int i = 0; i < EVENTFUL_STEPS; i++) {
            if (random.nextInt(8) == 0) {
                happening(world, random);
            }
            step(world, random, 30);
        }
        world.paused(false);
        world.cluster.blackout = Set.of();
        comesToRest(world, random);
    }

    private static Strategy strategy(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new RollingUpdate();
            case 1 -> new BlueGreen(Duration.ofMinutes(2));
            case 2 -> new Recreate();
            case 3 -> World.canary(OnFailure.Pause, OnInconclusive.Hold);
            case 4 -> World.canary(OnFailure.Rollback, OnInconclusive.Promote);
            default -> World.CANARY;
        };
    }

    private static void happening(World world, Random random) {
        switch (random.nextInt(13)) {
            case 0, 1, 2 -> world.wants(HASHES[random.nextInt(HASHES.length)]);
            case 3 -> {
                Quality[] qualities = Quality.values();
                String hash = "R" + random.nextInt(1000);
                world.wants(hash, qualities[random.nextInt(qualities.length)]);
            }
            case 4 -> world.replicas = random.nextInt(6);
            case 5 -> world.replicas = 1 + random.nextInt(5);
            case 6 -> world.cluster.devices = Math.max(1, world.cluster.devices + random.nextInt(5) - 2);
            case 7 -> world.paused(random.nextBoolean());
            case 8 -> world.promotes(world.wanted);
            case 9 -> world.aborts(world.wanted);
            case 10 -> world.cluster.lose(HASHES[random.nextInt(HASHES.length)]);
            case 11 -> world.cluster.blackout = random.nextBoolean() ? Set.of() : Set.of(HASHES[random.nextInt(4)]);
            default ->
                world.variants = random.nextBoolean()
                        ? List.of()
                        : List.of(new Variant("int8", "V" + random.nextInt(3), 1 + random.nextInt(40)));
        }
    }

    /** One reconcile; now and then the operator dies after it applied a plan, or before, without storing the state. */
    private static void step(World world, Random random, int longest) {
        world.now = world.now.plus(Duration.ofSeconds(1 + random.nextInt(longest)));
        world.cluster.tick(world.now);
        Observed observed = world.observe();
        RolloutPlan plan = RolloutPlanner.plan(observed, world.settings, world.now);
        if (!RolloutPlanner.plan(observed, world.settings, world.now).equals(plan)) {
            throw new AssertionError("planned differently the second time");
        }
        Invariants.check(observed, world.settings, plan, world.now);
        int death = random.nextInt(20);
        if (death != 0) {
            world.cluster.apply(plan, world.now);
        }
        if (death != 1) {
            world.state = plan.state();
            world.plans.add(plan);
        }
    }

    private static void comesToRest(World world, Random random) {
        int quiet = 0;
        int changes = 0;
        var flapping = new Flapping();
        for (int i = 0; i < QUIET_STEPS && quiet < ENOUGH_QUIET; i++) {
            Phase before = world.state.phase();
            var countsBefore = world.plans.isEmpty() ? null : world.counts();
            step(world, random, 60);
            flapping.see(world.plans.getLast());
            boolean same = before.equals(world.state.phase())
                    && world.counts().equals(countsBefore)
                    && world.plans.getLast().notices().isEmpty();
            quiet = same ? quiet + 1 : 0;
            changes += same ? 0 : 1;
        }
        assertThat(quiet).as("steps at rest, with %s", world.state).isEqualTo(ENOUGH_QUIET);
        assertThat(changes).as("changes after the last input changed").isLessThan(MOST_CHANGES);
        assertThat(flapping.turns()).as("turns of a count or a weight").isLessThanOrEqualTo(MOST_TURNS);
        Phase end = world.state.phase();
        switch (end) {
            case Settled settled ->
                assertThat(world.wanted)
                        .as("wanted at the end, with %s", world.state)
                        .satisfiesAnyOf(
                                wanted -> assertThat(wanted).isEqualTo(world.state.stable()),
                                wanted -> assertThat(wanted).isEqualTo(world.state.rejected()),
                                wanted -> assertThat(world.replicas).isZero());
            case Held held -> assertThat(held.failure().message()).isNotBlank();
            case Returning returning -> {
                assertThat(world.state.lastFailure())
                        .as("failure of %s", world.state)
                        .isNotNull();
                assertThat(world.observe()
                                .revision(String.valueOf(world.state.stable()))
                                .routable())
                        .as("replicas of what cannot come back, with %s", world.state)
                        .isZero();
            }
            case Phase.Forward forward ->
                assertThat(world.replicas).as("still at %s", forward).isZero();
        }
    }
}
