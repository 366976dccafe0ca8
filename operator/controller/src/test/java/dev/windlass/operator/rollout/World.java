package dev.windlass.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.rollout.FakeCluster.Quality;
import dev.windlass.operator.rollout.MetricRule.AtMost;
import dev.windlass.operator.rollout.MetricRule.Regression;
import dev.windlass.operator.rollout.Strategy.Canary;
import dev.windlass.operator.rollout.Strategy.OnFailure;
import dev.windlass.operator.rollout.Strategy.OnInconclusive;
import dev.windlass.operator.rollout.Strategy.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** A spec, a cluster and an operator that plans every ten seconds; what a person does is a method. */
final class World {
    static final Duration TICK = Duration.ofSeconds(10);
    static final Duration DEADLINE = Duration.ofMinutes(10);

    static final Analysis ANALYSIS = new Analysis(
            Duration.ofSeconds(30),
            50,
            2,
            List.of(
                    new MetricRule(Metric.Served.ErrorRate, new AtMost(0.01)),
                    new MetricRule(Metric.Served.TtftP95, new Regression(0.2))));
    static final Strategy CANARY = canary(OnFailure.Rollback, OnInconclusive.Hold);

    final FakeCluster cluster;
    final List<RolloutPlan> plans = new ArrayList<>();
    final List<Notice> notices = new ArrayList<>();
    Instant now = Instant.parse("2026-11-22T08:00:00Z");
    RolloutState state = RolloutState.initial();
    Instructions instructions = Instructions.NONE;
    RolloutSettings settings;
    List<Variant> variants = List.of();
    String wanted = "A";
    int replicas;

    World(Strategy strategy, int replicas, int devices) {
        this.settings = settings(strategy, 1, 0);
        this.replicas = replicas;
        this.cluster = new FakeCluster(devices, Duration.ofSeconds(40), Duration.ofSeconds(10));
        settle();
    }

    static Strategy canary(OnFailure onFailure, OnInconclusive onInconclusive) {
        return new Canary(
                true,
                List.of(
                        new Step(5, Duration.ofMinutes(1)),
                        new Step(25, Duration.ofMinutes(2)),
                        new Step(50, Duration.ofMinutes(2))),
                ANALYSIS,
                onFailure,
                onInconclusive);
    }

    static RolloutSettings settings(Strategy strategy, int maxSurge, int maxUnavailable) {
        return new RolloutSettings(strategy, maxSurge, maxUnavailable, DEADLINE, 2, false, Duration.ofMinutes(2));
    }

    void paused(boolean paused) {
        settings = new RolloutSettings(
                settings.strategy(),
                settings.maxSurge(),
                settings.maxUnavailable(),
                settings.progressDeadline(),
                settings.revisionHistoryLimit(),
                paused,
                settings.troublePatience());
    }

    World wants(String hash) {
        wanted = hash;
        return this;
    }

    World wants(String hash, Quality quality) {
        cluster.quality(hash, quality);
        return wants(hash);
    }

    World promotes(String hash) {
        instructions = new Instructions(hash, null);
        return this;
    }

    World aborts(String hash) {
        instructions = new Instructions(null, hash);
        return this;
    }

    Observed observe() {
        cluster.know(wanted);
        variants.forEach(variant -> cluster.know(variant.hash()));
        return new Observed(
                wanted,
                variants,
                replicas,
                cluster.revisions(now),
                state,
                instructions,
                cluster.measurements(state.weights(), now),
                cluster.smoke(now));
    }

    RolloutPlan step() {
        now = now.plus(TICK);
        cluster.tick(now);
        RolloutPlan plan = RolloutPlanner.plan(observe(), settings, now);
        cluster.apply(plan, now);
        state = plan.state();
        plans.add(plan);
        notices.addAll(plan.notices());
        return plan;
    }

    /** Goes on until a plan is as described. */
    RolloutPlan until(String what, Predicate<RolloutPlan> reached) {
        for (int i = 0; i < 2_000; i++) {
            RolloutPlan plan = step();
            if (reached.test(plan)) {
                return plan;
            }
        }
        throw new AssertionError("never came to: " + what + "; stands at " + state);
    }

    RolloutPlan until(Class<? extends Phase> phase) {
        return until(
                phase.getSimpleName(), plan -> phase.isInstance(plan.state().phase()));
    }

    RolloutPlan pass(Duration time) {
        Instant end = now.plus(time);
        RolloutPlan plan = step();
        while (now.isBefore(end)) {
            plan = step();
        }
        return plan;
    }

    /** Until nothing moves any more. */
    RolloutPlan settle() {
        return until(
                "rest with every replica serving",
                plan -> plan.state().phase() instanceof Phase.Settled
                        && cluster.revisions(now).stream()
                                .allMatch(revision -> revision.routable() == revision.desired())
                        && cluster.revisions(now).stream().allMatch(revision -> revision.pods() == revision.desired())
                        && plan.notices().isEmpty()
                        && plan.lookAgain() == null);
    }

    List<String> told() {
        return notices.stream().map(Notice::reason).toList();
    }

    Map<String, Integer> weights() {
        return plans.getLast().weights();
    }

    Map<String, Integer> counts() {
        return plans.getLast().replicas();
    }

    Failure failure() {
        return Objects.requireNonNull(state.lastFailure());
    }

    int serving(String hash) {
        return cluster.revisions(now).stream()
                .filter(revision -> revision.hash().equals(hash))
                .mapToInt(Revision::routable)
                .sum();
    }

    /** The values in the order they were first reached, and a failure where one goes back down. */
    List<Integer> highest(ToIntFunction<RolloutPlan> value) {
        List<Integer> values = plans.stream().mapToInt(value).boxed().toList();
        assertThat(values).isSorted();
        return values.stream().distinct().toList();
    }
}
