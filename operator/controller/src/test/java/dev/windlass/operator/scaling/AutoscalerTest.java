package dev.windlass.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.scaling.Load.Gateway;
import dev.windlass.operator.scaling.Replica.State;
import dev.windlass.operator.scaling.ScalingDecision.Status;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoscalerTest {
    /** A Friday. */
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private Instant now = NOON;
    private ScalingState state = ScalingState.initial();
    private int current = 2;

    /**
     * Replicas: a number is a ready one's reading, {@code -} a ready one that says nothing, {@code old} one whose reading is
     * stale, {@code new} one that starts, {@code full} one without a node.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            QueueDepth         | 4   | 2 | 4 4         |  0 | 2 | Active             | QueueDepth is 4 per replica, target 4
            QueueDepth         | 4   | 2 | 4.3 4.3     |  0 | 2 | Active             | QueueDepth is 4.3 per replica, target 4
            QueueDepth         | 4   | 2 | 6 6         |  0 | 3 | Active             | QueueDepth is 6 per replica, target 4
            QueueDepth         | 4   | 2 | 4 4         |  8 | 4 | Active             | QueueDepth is 8 per replica, target 4
            QueueDepth         | 4   | 2 | 40 40       |  0 | 6 | AtMax              | at the maximum of 6; QueueDepth is 40 per replica, target 4
            QueueDepth         | 4   | 4 | 1 1 1 1     |  0 | 1 | Active             | QueueDepth is 1 per replica, target 4
            QueueDepth         | 4   | 4 | 0 0 0 0     |  0 | 1 | Active             | at the minimum of 1; QueueDepth is 0 per replica, target 4
            QueueDepth         | 4   | 4 | 1 1 1 -     |  0 | 4 | MetricsUnavailable | kept
            QueueDepth         | 4   | 4 | 1 1 1 old   |  0 | 4 | MetricsUnavailable | kept
            QueueDepth         | 4   | 2 | 9 -         |  0 | 3 | MetricsUnavailable | QueueDepth is 4.5 per replica, target 4
            QueueDepth         | 4   | 3 | 4 4 new     |  0 | 2 | Active             | QueueDepth is 2.67 per replica, target 4
            QueueDepth         | 4   | 3 | 6 6 new     |  0 | 3 | Active             | QueueDepth is 4 per replica, target 4
            QueueDepth         | 4   | 2 | 4 4 4 4     |  0 | 4 | Active             | QueueDepth is 8 per replica, target 4
            QueueDepth         | 4   | 3 | 9 9 full    |  0 | 3 | Active             | a replica has no node yet, no more are asked for; QueueDepth is 6 per replica, target 4
            QueueDepth         | 4   | 3 | old old -   | ?  | 3 | MetricsUnavailable | no fresh readings, nothing is changed
            QueueDepth         | 4   | 3 | 1 1 1       | ?  | 3 | MetricsUnavailable | kept
            TimeToFirstToken   | 0.5 | 2 | 0.8 0.8     |  0 | 4 | Active             | TimeToFirstToken is 0.8, target 0.5
            TimeToFirstToken   | 0.5 | 2 | 0.8 0.8 0.8 |  0 | 4 | Active             | TimeToFirstToken is 0.8, target 0.5
            TimeToFirstToken   | 0.5 | 4 | 0.8 0.8 new new | 0 | 4 | Active         | TimeToFirstToken is 0.8, target 0.5
            TimeToFirstToken   | 0.5 | 2 | 0.8 0.8 new |  0 | 4 | Active             | TimeToFirstToken is 0.8, target 0.5
            KvCacheUtilization | 0.8 | 4 | 0.2 0.2 0.2 0.2 | ? | 1 | Active         | KvCacheUtilization is 0.2, target 0.8
            KvCacheUtilization | 0.8 | 4 | 0.2 0.2 0.2 -   | ? | 4 | MetricsUnavailable | kept
            TokensPerSecond    | 100 | 2 | 150 150     | ?  | 3 | Active             | TokensPerSecond is 150 per replica, target 100
            """)
    void countsAsTheMetricsAsk(
            ScalingMetric metric,
            double target,
            int count,
            String replicas,
            String queued,
            int expected,
            Status status,
            String reason) {
        current = count;
        ScalingDecision decision =
                decide(settings(1, Duration.ZERO, Map.of(metric, target)), load(metric, replicas, queued));
        assertThat(decision.replicas()).as(decision.reason()).isEqualTo(expected);
        assertThat(decision.status()).isEqualTo(status);
        assertThat(decision.reason()).startsWith(reason);
    }

    @Test
    void theMetricThatAsksForMostDecides() {
        var settings =
                settings(1, Duration.ZERO, Map.of(ScalingMetric.QueueDepth, 4.0, ScalingMetric.Concurrency, 16.0));
        var busy = new Replica(
                State.Ready,
                Map.of(
                        ScalingMetric.QueueDepth, new Reading(1, now),
                        ScalingMetric.Concurrency, new Reading(40, now)));
        ScalingDecision decision = decide(settings, new Load(List.of(busy, busy), new Gateway(0, 80, now)));
        assertThat(decision.replicas()).isEqualTo(5);
        assertThat(decision.metric()).isEqualTo(ScalingMetric.Concurrency);
        assertThat(decision.value()).isEqualTo(40);
    }

    @Test
    void aMetricNobodyReportsKeepsTheOthersFromScalingDown() {
        current = 4;
        var settings =
                settings(1, Duration.ZERO, Map.of(ScalingMetric.QueueDepth, 4.0, ScalingMetric.TokensPerSecond, 9.0));
        ScalingDecision decision = decide(settings, load(ScalingMetric.QueueDepth, "1 1 1 1", "0"));
        assertThat(decision.replicas()).isEqualTo(4);
        assertThat(decision.status()).isEqualTo(Status.MetricsUnavailable);
    }

    @Test
    void theHighestCountWithinTheScaleDownDelayIsKept() {
        var settings = settings(1, Duration.ofMinutes(5), Map.of(ScalingMetric.QueueDepth, 4.0));
        assertThat(follow(settings, "10 10").replicas()).isEqualTo(5);
        now = now.plusSeconds(60);
        assertThat(follow(settings, "3 3 3 3 3").replicas()).isEqualTo(5);
        ScalingDecision kept = follow(settings, "1 1 1 1 1");
        assertThat(kept.reason()).startsWith("kept for the scale-down delay; QueueDepth is 1 per replica");
        assertThat(kept.lookAgain()).isEqualTo(NOON.plus(Duration.ofMinutes(5)));
        now = NOON.plusSeconds(301);
        assertThat(follow(settings, "1 1 1 1 1").replicas()).isEqualTo(4);
        now = NOON.plusSeconds(362);
        assertThat(follow(settings, "1 1 1 1").replicas()).isEqualTo(2);
    }

    @Test
    void sleepsWhenNobodyAskedForLongEnoughAndWakesForTheFirstWhoDoes() {
        var settings = settings(0, Duration.ZERO, Map.of(ScalingMetric.QueueDepth, 4.0));
        assertThat(idle(settings).replicas()).isEqualTo(1);
        now = now.plus(Duration.ofMinutes(14));
        assertThat(idle(settings).replicas()).isEqualTo(1);
        now = now.plus(Duration.ofMinutes(1));
        ScalingDecision asleep = idle(settings);
        assertThat(asleep.replicas()).isZero();
        assertThat(asleep.status()).isEqualTo(Status.Asleep);
        assertThat(asleep.reason()).isEqualTo("no request for 15 min");
        now = now.plus(Duration.ofHours(9));
        assertThat(idle(settings).replicas()).isZero();
        ScalingDecision woken = decide(settings, new Load(List.of(), new Gateway(9, 0, now)));
        assertThat(woken.replicas()).isEqualTo(3);
        assertThat(woken.reason()).isEqualTo("woken by 9 waiting requests");
        assertThat(woken.state().idleSince()).isNull();
    }

    @Test
    void aRequestInFlightOrASilentGatewayIsNoIdleness() {
        var settings = settings(0, Duration.ZERO, Map.of(ScalingMetric.QueueDepth, 4.0));
        idle(settings);
        now = now.plus(Duration.ofMinutes(14));
        decide(settings, new Load(List.of(), new Gateway(0, 1, now)));
        now = now.plus(Duration.ofMinutes(14));
        assertThat(idle(settings).replicas()).isEqualTo(1);
        now = now.plus(Duration.ofMinutes(14));
        decide(settings, new Load(List.of(), null));
        now = now.plus(Duration.ofMinutes(14));
        assertThat(idle(settings).replicas()).isEqualTo(1);
    }

    @Test
    void aMinimumAboveZeroNeverSleeps() {
        var settings = settings(1, Duration.ZERO, Map.of(ScalingMetric.QueueDepth, 4.0));
        idle(settings);
        now = now.plus(Duration.ofDays(1));
        assertThat(idle(settings).replicas()).isEqualTo(1);
    }

    @Test
    void aScheduleRaisesTheMinimumAndWakes() {
        var office = new Schedule(
                "office",
                EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                LocalTime.of(8, 0),
                LocalTime.of(19, 0),
                ZoneId.of("Europe/Berlin"),
                3);
        var settings = new ScalingSettings(
                0,
                6,
                Map.of(ScalingMetric.QueueDepth, 4.0),
                0.1,
                Duration.ZERO,
                Duration.ofMinutes(15),
                Duration.ofSeconds(30),
                List.of(office));
        now = Instant.parse("2026-11-20T06:00:00Z");
        current = 0;
        ScalingDecision night = idle(settings);
        assertThat(night.replicas()).isZero();
        assertThat(night.lookAgain()).isEqualTo("2026-11-20T06:15:00Z");
        now = Instant.parse("2026-11-20T07:00:00Z");
        ScalingDecision morning = idle(settings);
        assertThat(morning.replicas()).isEqualTo(3);
        assertThat(morning.reason()).isEqualTo("schedule office asks for 3");
        now = Instant.parse("2026-11-20T17:59:59Z");
        assertThat(idle(settings).replicas()).isEqualTo(3);
        now = Instant.parse("2026-11-20T18:00:00Z");
        assertThat(idle(settings).replicas()).isZero();
    }

    @Test
    void theLastFiveChangesAreKeptWithTheirReasons() {
        var settings = settings(1, Duration.ZERO, Map.of(ScalingMetric.QueueDepth, 4.0));
        for (int i = 0; i < 7; i++) {
            now = now.plusSeconds(60);
            follow(settings, i % 2 == 0 ? "10 10" : "1 1");
        }
        assertThat(state.history()).hasSize(5);
        assertThat(state.history().getLast())
                .isEqualTo(new ScalingState.Change(now, 1, 5, "QueueDepth is 20 per replica, target 4"));
    }

    private ScalingDecision idle(ScalingSettings settings) {
        return decide(
                settings, load(ScalingMetric.QueueDepth, "0 ".repeat(current).trim(), "0"));
    }

    private ScalingDecision follow(ScalingSettings settings, String replicas) {
        return decide(settings, load(ScalingMetric.QueueDepth, replicas, "0"));
    }

    private ScalingDecision decide(ScalingSettings settings, Load load) {
        ScalingDecision decision = Autoscaler.decide(settings, state, load, current, now);
        state = decision.state();
        current = decision.replicas();
        return decision;
    }

    private static ScalingSettings settings(int minimum, Duration delay, Map<ScalingMetric, Double> targets) {
        return new ScalingSettings(
                minimum, 6, targets, 0.1, delay, Duration.ofMinutes(15), Duration.ofSeconds(30), List.of());
    }

    private Load load(ScalingMetric metric, String replicas, String queued) {
        List<Replica> seen = new ArrayList<>();
        for (String word : replicas.isEmpty() ? new String[0] : replicas.split(" ")) {
            seen.add(
                    switch (word) {
                        case "new" -> new Replica(State.Starting, Map.of());
                        case "full" -> new Replica(State.Unschedulable, Map.of());
                        case "-" -> new Replica(State.Ready, Map.of());
                        case "old" -> new Replica(State.Ready, Map.of(metric, new Reading(0, now.minusSeconds(31))));
                        default -> new Replica(State.Ready, Map.of(metric, new Reading(Double.parseDouble(word), now)));
                    });
        }
        return new Load(seen, queued.equals("?") ? null : new Gateway(Long.parseLong(queued), 0, now));
    }
}
