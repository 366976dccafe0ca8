package dev.windlass.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.Endpoint;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoadsTest {
    private static final Endpoint A = new Endpoint("10.0.0.1", 1, "r", true, false);
    private static final Endpoint B = new Endpoint("10.0.0.2", 1, "r", true, false);

    private final Loads loads = new Loads();

    @Test
    void countsWhatIsTakenAndGivenBackOnce() {
        var first = take(Set.of());
        var second = take(Set.of());
        assertThat(first.endpoint()).isNotEqualTo(second.endpoint());
        assertThat(loads.inFlight(A)).isEqualTo(1);
        first.close();
        first.close();
        second.close();
        assertThat(loads.inFlight(A) + loads.inFlight(B)).isZero();
    }

    @Test
    void doesNotTakeWhatWasTried() {
        assertThat(take(Set.of(A.address())).endpoint()).isEqualTo(B);
        assertThat(loads.take(List.of(A, B), Balancing.LeastLoad, 0, Set.of(A.address(), B.address())))
                .isEmpty();
    }

    @Test
    void asksASuspectLast() {
        try (var lease = take(Set.of(B.address()))) {
            lease.suspect();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(take(Set.of()).endpoint()).isEqualTo(B);
        }
        assertThat(take(Set.of(B.address())).endpoint()).isEqualTo(A);
    }

    private Loads.Lease take(Set<String> tried) {
        return loads.take(List.of(A, B), Balancing.LeastLoad, 0, tried).orElseThrow();
    }
}
