package dev.windlass.api.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.traffic.TrafficPolicy.Cause;
import dev.windlass.api.traffic.TrafficPolicy.Request;
import dev.windlass.api.traffic.TrafficPolicy.Route;
import dev.windlass.api.traffic.TrafficSplit.Share;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficTest {
    private static final Set<String> BOTH = Set.of("base", "int8");
    private static final Bucket LOW = new Bucket(0);
    private static final Bucket HIGH = new Bucket(9999);

    /** These numbers are a promise: users keep their variant across releases. */
    @ParameterizedTest
    @CsvSource({"exp1, alice, 545", "exp1, bob, 2859", "exp2, alice, 9419", "'', '', 2267", "exp1, Zoë, 3483"})
    void aKeyFallsIntoTheSameBucketForEver(String salt, String key, int bucket) {
        assertThat(Bucket.of(salt, key)).isEqualTo(new Bucket(bucket));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20, 50, 99})
    void everyBucketCountsOnceSoThatWeightsAreExact(int weight) {
        TrafficSplit split = split(weight);
        long chosen = IntStream.range(0, Bucket.COUNT)
                .filter(number -> split.target(new Bucket(number)).equals("int8"))
                .count();
        assertThat(chosen).isEqualTo(weight * 100L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20, 50})
    void aHundredThousandUsersSplitByTheWeight(int weight) {
        TrafficSplit split = split(weight);
        long chosen = IntStream.range(0, 100_000)
                .filter(user -> split.target(Bucket.of("exp1", "user-" + user)).equals("int8"))
                .count();
        double deviation = Math.sqrt(100_000 * (weight / 100.0) * (1 - weight / 100.0));
        assertThat((double) chosen).isBetween(weight * 1000 - 5 * deviation, weight * 1000 + 5 * deviation);
    }

    @Test
    void usersMoveOneWayOnlyAsAWeightRises() {
        for (int user = 0; user < 2_000; user++) {
            Bucket bucket = Bucket.of("exp1", "user-" + user);
            boolean moved = false;
            for (int weight = 0; weight <= 100; weight++) {
                boolean there = split(weight).target(bucket).equals("int8");
                assertThat(there || !moved)
                        .as("user %d at weight %d", user, weight)
                        .isTrue();
                moved = there;
            }
            assertThat(moved).isTrue();
        }
    }

    @Test
    void noUserReturnsToTheBaseWhileAnyOfSeveralWeightsRises() {
        for (int user = 0; user < 500; user++) {
            Bucket bucket = Bucket.of("exp1", "user-" + user);
            boolean left = false;
            for (int step = 0; step <= 50; step++) {
                var split = new TrafficSplit("base", List.of(new Share("a", step / 2), new Share("b", step)));
                boolean outside = !split.target(bucket).equals("base");
                assertThat(outside || !left).isTrue();
                left = outside;
            }
        }
    }

    @Test
    void anotherSaltChoosesOtherUsers() {
        long same = IntStream.range(0, 10_000)
                .filter(user -> Bucket.of("exp1", "u" + user).number() < 1000
                        && Bucket.of("exp2", "u" + user).number() < 1000)
                .count();
        assertThat(same).isBetween(50L, 160L);
    }

    @Test
    void theBaseHasTheRest() {
        var split = new TrafficSplit("base", List.of(new Share("a", 20), new Share("b", 30)));
        assertThat(split.weights())
                .containsEntry("base", 50)
                .containsEntry("a", 20)
                .containsEntry("b", 30);
    }

    @Test
    void whatAnUnreachableTargetHadIsTheBases() {
        var split = new TrafficSplit("base", List.of(new Share("a", 20), new Share("b", 30)));
        assertThat(split.among(Set.of("base", "b")).weights()).isEqualTo(Map.of("base", 70, "b", 30));
        assertThat(split.among(Set.of("a", "b")).weights()).isEqualTo(Map.of("a", 70, "b", 30));
        assertThat(split.among(Set.of())).isEqualTo(split);
    }

    @Test
    void aRuleWinsOverWeights() {
        assertThat(policy(0).route(request(Map.of("x-llm-variant", "int8"), HIGH), BOTH))
                .isEqualTo(new Route("int8", Cause.Rule, Optional.empty()));
        assertThat(policy(100)
                        .route(request(Map.of("x-llm-variant", "other"), LOW), BOTH)
                        .cause())
                .isEqualTo(Cause.Weight);
    }

    @Test
    void aRuleToWhatCannotBeReachedLeavesTheChoiceToTheWeights() {
        assertThat(policy(50).route(request(Map.of("x-llm-variant", "int8"), LOW), Set.of("base")))
                .isEqualTo(new Route("base", Cause.Weight, Optional.empty()));
    }

    @Test
    void aMirrorGetsItsPercentOfTheRequestsThatDoNotGoThereAnyway() {
        var policy = new TrafficPolicy(split(0), List.of(), new Mirror("int8", 10));
        assertThat(policy.route(new Request(Map.of(), HIGH, new Bucket(999)), BOTH)
                        .mirrorTo())
                .contains("int8");
        assertThat(policy.route(new Request(Map.of(), HIGH, new Bucket(1000)), BOTH)
                        .mirrorTo())
                .isEmpty();
        assertThat(policy.route(new Request(Map.of(), HIGH, LOW), Set.of("base"))
                        .mirrorTo())
                .isEmpty();
        var already = new TrafficPolicy(split(100), List.of(), new Mirror("int8", 100));
        assertThat(already.route(new Request(Map.of(), LOW, LOW), BOTH).mirrorTo())
                .isEmpty();
    }

    @Test
    void refusesWhatDoesNotAddUp() {
        assertThatThrownBy(() -> new TrafficSplit("base", List.of(new Share("a", 60), new Share("b", 50))))
                .hasMessage("shares: expected weights that sum to at most 100, got 110");
        assertThatThrownBy(() -> new TrafficSplit("base", List.of(new Share("base", 60))))
                .hasMessage("shares: expected each target once, got base twice");
        Stream.of(-1, Bucket.COUNT)
                .forEach(number -> assertThatThrownBy(() -> new Bucket(number))
                        .hasMessageStartingWith("bucket: expected 0 to 9999"));
    }

    private static TrafficSplit split(int weight) {
        return new TrafficSplit("base", List.of(new Share("int8", weight)));
    }

    private static TrafficPolicy policy(int weight) {
        return new TrafficPolicy(split(weight), List.of(new HeaderRule(Map.of("X-LLM-Variant", "int8"), "int8")), null);
    }

    private static Request request(Map<String, String> headers, Bucket bucket) {
        return new Request(headers, bucket, HIGH);
    }
}
