package dev.windlass.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.scaling.Load.Gateway;
import dev.windlass.operator.scaling.Replica.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random loads, silences and restarts. A failure names its seed. */
class ScalingSimulationTest {
    private static final int HISTORIES = 500;
    private static final int STEPS = 200;
    private static final Duration DELAY = Duration.ofMinutes(5);

    @Test
    void everyHistoryStaysInBoundsAndNeverShrinksInTheDark() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            replay(seed);
        }
    }

    private static void replay(long seed) {
        try {
            history(new Random(seed));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private static void history(Random random) {
        int minimum = random.nextInt(3);
        int maximum = minimum + 1 + random.nextInt(8);
        var settings = new ScalingSettings(
                minimum,
                maximum,
                Map.of(ScalingMetric.QueueDepth, 4.0, ScalingMetric.TimeToFirstToken, 0.5),
                0.1,
                DELAY,
                Duration.ofMinutes(15),
                Duration.ofSeconds(30),
                List.of());
        Instant now = Instant.parse("2026-11-22T08:00:00Z");
        ScalingState state = ScalingState.initial();
        int current = Math.max(1, minimum);
        Instant lastRise = now;
        for (int step = 0; step < STEPS; step++) {
            now = now.plusSeconds(5 + random.nextInt(55));
            boolean isDark = random.nextInt(4) == 0;
            Load load = load(random, current, isDark, now);
            ScalingDecision decision = Autoscaler.decide(settings, state, load, current, now);
            check(decision.equals(Autoscaler.decide(settings, state, load, current, now)), "differs the second time");
            int next = decision.replicas();
            check(
                    next <= maximum && (next >= Math.max(1, minimum) || next == 0 && minimum == 0),
                    "out of bounds: " + next);
            check(!(isDark && next < current), "shrank in the dark: " + decision);
            check(next == current || !decision.state().history().isEmpty(), "changed without a word");
            check(decision.state().recommended().size() <= maximum * 20, "remembers too much");
            boolean shrankToServe = next < current && next > 0;
            check(!shrankToServe || now.isAfter(lastRise.plus(DELAY)), "shrank within the delay: " + decision);
            state = decision.state();
            boolean diesBeforeItIsApplied = random.nextInt(50) == 0;
            if (!diesBeforeItIsApplied) {
                lastRise = next > current ? now : lastRise;
                current = next;
            }
        }
        restsWhenTheLoadDoes(settings, state, current, now);
    }

    /** With a steady load the count may move to its place, and then stays. */
    private static void restsWhenTheLoadDoes(ScalingSettings settings, ScalingState state, int current, Instant now) {
        int count = current;
        int turns = 0;
        int direction = 0;
        for (int step = 0; step < 60; step++) {
            now = now.plusSeconds(30);
            List<Replica> replicas = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                replicas.add(ready(9.0 / count, 0.3, now));
            }
            ScalingDecision decision =
                    Autoscaler.decide(settings, state, new Load(replicas, new Gateway(1, 9, now)), count, now);
            int sign = Integer.signum(decision.replicas() - count);
            turns += sign != 0 && direction != 0 && sign != direction ? 1 : 0;
            direction = sign == 0 ? direction : sign;
            count = decision.replicas();
            state = decision.state();
        }
        assertThat(turns).as("turns under a steady load").isLessThanOrEqualTo(1);
        assertThat(count).isBetween(Math.min(3, settings.maxReplicas()), Math.max(3, settings.minReplicas() + 1));
    }

    private static Load load(Random random, int current, boolean isDark, Instant now) {
        if (isDark) {
            Instant old = now.minusSeconds(60);
            List<Replica> silent = new ArrayList<>();
            for (int i = 0; i < current; i++) {
                silent.add(ready(0, 0, old));
            }
            return new Load(silent, new Gateway(0, 0, old));
        }
        List<Replica> replicas = new ArrayList<>();
        int extra = random.nextInt(2);
        for (int i = 0; i < current + extra; i++) {
            replicas.add(
                    switch (random.nextInt(8)) {
                        case 0 -> new Replica(State.Starting, Map.of());
                        case 1 -> new Replica(random.nextBoolean() ? State.Ready : State.Unschedulable, Map.of());
                        default -> ready(random.nextInt(12), random.nextDouble(), now);
                    });
        }
        return new Load(replicas, new Gateway(random.nextInt(3) * random.nextInt(20), random.nextInt(2), now));
    }

    private static Replica ready(double queue, double ttft, Instant at) {
        return new Replica(
                State.Ready,
                Map.of(
                        ScalingMetric.QueueDepth, new Reading(queue, at),
                        ScalingMetric.TimeToFirstToken, new Reading(ttft, at)));
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
