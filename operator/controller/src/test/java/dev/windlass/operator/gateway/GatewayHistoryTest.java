package dev.windlass.operator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.gateway.GatewaySample.DeploymentSample;
import dev.windlass.operator.gateway.GatewaySample.EndpointSample;
import dev.windlass.operator.gateway.GatewaySample.RevisionSample;
import dev.windlass.operator.rollout.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatewayHistoryTest {
    private static final Instant START = Instant.parse("2026-11-24T08:00:00Z");
    private static final RevisionKey KEY = new RevisionKey("ns", "m", "81a");

    private final GatewayHistory history = new GatewayHistory();

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    /** A gateway that answered so many requests, of them so many with errors, half within 0.1 s and half within 1 s. */
    private static GatewaySample sample(long requests, long errors) {
        var times = new Histogram(List.of(0.1, 1.0), List.of(requests / 2, requests - requests / 2, 0L));
        var revision = new RevisionSample("m-81a", requests, errors, 0, 0, 3, requests * 10, 1, times, times);
        return new GatewaySample(
                List.of(new DeploymentSample("ns", "m", 2, List.of(revision))),
                List.of(
                        new EndpointSample("ns", "m", "m-81a", "10.0.0.1:8080", true, false),
                        new EndpointSample("ns", "m", "m-81a", "10.0.0.2:8080", true, true),
                        new EndpointSample("ns", "m", "m-81a", "10.0.0.3:8080", false, false)),
                null);
    }

    private Map<String, Measurement> all(long from) {
        return history.measure("ns", "m", Set.of("81a"), at(from));
    }

    private Measurement measure(long from) {
        return Objects.requireNonNull(all(from).get("81a"));
    }

    @Test
    void nothingIsMeasuredUntilAGatewayIsHeardTwice() {
        assertThat(all(0)).isEmpty();
        history.add("a", sample(100, 1), at(0));
        assertThat(all(0)).isEmpty();
        history.add("a", sample(100, 1), at(1));
        assertThat(measure(0).requests()).isZero();
        assertThat(measure(0).ttftP95()).isNull();
    }

    @Test
    void aDeploymentLacksKeysWhereEveryGatewaySaysSo() {
        assertThat(history.lacksKeys("ns", "m", at(0))).isFalse();
        var without = new GatewaySample(List.of(), List.of(), List.of(new GatewaySample.Name("ns", "m")));
        history.add("a", without, at(0));
        assertThat(history.lacksKeys("ns", "m", at(0))).isTrue();
        assertThat(history.lacksKeys("ns", "other", at(0))).isFalse();
        // An old one says nothing.
        history.add("b", sample(1, 0), at(0));
        assertThat(history.lacksKeys("ns", "m", at(0))).isFalse();
    }

    @Test
    void aWindowHasWhatCameWithinIt() {
        history.add("a", sample(100, 10), at(0));
        history.add("a", sample(120, 11), at(10));
        history.add("a", sample(160, 14), at(20));

        Measurement measured = measure(5);

        assertThat(measured.requests()).isEqualTo(40);
        assertThat(measured.errors()).isEqualTo(3);
        assertThat(measured.from()).isEqualTo(at(5));
        assertThat(measured.to()).isEqualTo(at(20));
        // 20 of 40 within 0.1 s, 20 within a second: the 38th is the 18th of 20 between 0.1 and 1.
        assertThat(measured.ttftP95()).isCloseTo(0.91, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(measure(0).requests()).isEqualTo(60);
    }

    @Test
    void twoGatewaysCountTogether() {
        history.add("a", sample(100, 0), at(0));
        history.add("b", sample(1000, 0), at(1));
        history.add("a", sample(110, 2), at(10));
        history.add("b", sample(1030, 3), at(11));

        assertThat(measure(0).requests()).isEqualTo(40);
        assertThat(measure(0).errors()).isEqualTo(5);
        assertThat(measure(0).to()).isEqualTo(at(11));
    }

    @Test
    void aGatewayThatBeganAgainCountsWithBothItsLives() {
        history.add("a", sample(100, 0), at(0));
        history.add("a", sample(150, 0), at(10));
        history.add("a", sample(20, 0), at(20));
        history.add("a", sample(200, 0), at(30));

        assertThat(measure(0).requests()).isEqualTo(50 + 20 + 180);
    }

    @Test
    void whatTheCallerDidWrongSaysNothing() {
        var times = new Histogram(List.of(1.0), List.of(0L, 0L));
        history.add("a", sample(0, 0), at(0));
        var revision = new RevisionSample("m-81a", 100, 2, 30, 20, 0, 0, 0, times, times);
        history.add(
                "a",
                new GatewaySample(List.of(new DeploymentSample("ns", "m", 0, List.of(revision))), List.of(), null),
                at(10));

        assertThat(measure(0).requests()).isEqualTo(50);
        assertThat(measure(0).errors()).isEqualTo(2);
    }

    @Test
    void anHourIsRememberedAndThinnedOut() {
        for (int second = 0; second <= 7200; second++) {
            history.add("a", sample(second, 0), at(second));
        }

        assertThat(measure(0).requests()).isBetween(3570L, 3630L);
        assertThat(measure(7200 - 60).requests()).isEqualTo(60);
        assertThat(history.tokensPerSecond(KEY, at(7200))).hasValue(10);
    }

    @Test
    void thePresentIsThatOfGatewaysHeardOfLate() {
        assertThat(history.routable(KEY, at(0))).isEmpty();
        assertThat(history.load("ns", "m", at(0))).isEmpty();
        history.add("a", sample(100, 0), at(0));
        history.add("b", sample(100, 0), at(10));

        assertThat(history.routable(KEY, at(10))).hasValue(1);
        assertThat(history.addresses(KEY, at(10))).containsExactly("10.0.0.1:8080");
        assertThat(history.inFlight(KEY, at(10))).hasValue(6);
        assertThat(history.load("ns", "m", at(10)).orElseThrow().queued()).isEqualTo(4);
        assertThat(history.inFlight(KEY, at(20))).hasValue(3);
        assertThat(history.inFlight(KEY, at(40))).isEmpty();
    }

    @Test
    void aGatewayThatIsGoneKeepsItsPastForAWindow() {
        history.add("a", sample(100, 0), at(0));
        history.add("a", sample(150, 0), at(10));

        history.retain(Set.of(), at(20));

        assertThat(history.routable(KEY, at(20))).isEmpty();
        assertThat(measure(0).requests()).isEqualTo(50);
        history.retain(Set.of(), at(20).plus(Duration.ofHours(2)));
        assertThat(all(0)).isEmpty();
    }
}
