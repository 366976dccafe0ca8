package dev.windlass.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChoiceTest {
    @Test
    void leastLoadTakesTheIdlest() {
        assertThat(chosen(Balancing.LeastLoad, 0, 5, 3, 9, 2, 7)).isEqualTo(3);
    }

    @Test
    void equalsTakeTurns() {
        Set<Integer> chosen = new HashSet<>();
        for (int turn = 0; turn < 4; turn++) {
            chosen.add(index(Choice.among(candidates(0, 0, 0, 0), Balancing.LeastLoad, 0, turn)));
        }
        assertThat(chosen).hasSize(4);
    }

    @Test
    void turnsMayOverflow() {
        assertThat(index(Choice.among(candidates(0, 0, 0), Balancing.RoundRobin, 0, Integer.MIN_VALUE)))
                .isBetween(0, 2);
    }

    @Test
    void aPrefixComesBackToItsEndpoint() {
        for (long prefix = 1; prefix < 200; prefix++) {
            int first = chosen(Balancing.PrefixAware, prefix, 0, 0, 0, 0);
            for (int turn = 0; turn < 5; turn++) {
                assertThat(index(Choice.among(candidates(0, 0, 0, 0), Balancing.PrefixAware, prefix, turn)))
                        .isEqualTo(first);
            }
        }
    }

    @Test
    void prefixesSpread() {
        var counts = new int[4];
        for (long prefix = 1; prefix <= 4_000; prefix++) {
            counts[chosen(Balancing.PrefixAware, prefix, 0, 0, 0, 0)]++;
        }
        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(800);
    }

    @Test
    void aNewEndpointTakesPrefixesOnlyForItself() {
        for (long prefix = 1; prefix <= 1_000; prefix++) {
            int before = chosen(Balancing.PrefixAware, prefix, 0, 0, 0);
            int after = chosen(Balancing.PrefixAware, prefix, 0, 0, 0, 0);
            assertThat(after == before || after == 3).isTrue();
        }
    }

    @Test
    void onePopularPrefixLoadsNoEndpointBeyondTheBound() {
        var loads = new int[5];
        for (int request = 1; request <= 1_000; request++) {
            loads[chosen(Balancing.PrefixAware, 42, loads)]++;
            int bound = (int) Math.ceil(request * 1.25 / loads.length);
            assertThat(Arrays.stream(loads).max().orElseThrow()).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void anyLoadHasAnEndpointWithRoom() {
        var random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            var loads = random.ints(1 + random.nextInt(8), 0, 50).toArray();
            int chosen = chosen(Balancing.PrefixAware, random.nextLong(), loads);
            double share = (Arrays.stream(loads).sum() + 1) / (double) loads.length;
            assertThat(loads[chosen]).isLessThan((int) Math.ceil(share * 1.25));
        }
    }

    private static int chosen(Balancing balancing, long prefix, int... loads) {
        return index(Choice.among(candidates(loads), balancing, prefix, 0));
    }

    private static int index(Candidate candidate) {
        return candidate.endpoint().port() - 1;
    }

    private static List<Candidate> candidates(int... loads) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < loads.length; i++) {
            candidates.add(new Candidate(new Endpoint("10.0.0.1", i + 1, "r", true, false), loads[i]));
        }
        return candidates;
    }
}
