package dev.windlass.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.edge.Allowances.RedisFailure;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RedisNoticesTest {
    private static final RedisNotices.Pace FAST = new RedisNotices.Pace(Duration.ofMillis(2), Duration.ofMillis(5));

    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private volatile boolean isAvailable;

    private RedisNotices start(RedisFailure onFailure, RedisNotices.Board board, RedisNotices.Pace pace) {
        return RedisNotices.start(new RedisStanding("redis://cache:6379/0", onFailure, () -> isAvailable), board, pace);
    }

    private void hear(String type, String reason, String message) {
        told.add(type + " " + reason + ": " + message);
    }

    @Test
    void tellsThatItIsGoneAndWhatThatMeansAndThatItIsBack() {
        try (var _ = start(RedisFailure.Local, this::hear, FAST)) {
            await().until(() -> told.size() == 1);
            isAvailable = true;
            await().until(() -> told.size() == 2);
        }
        assertThat(told)
                .containsExactly(
                        "Warning RedisUnavailable: Redis at redis://cache:6379/0 does not answer: limits are kept by each"
                                + " gateway itself",
                        "Normal RedisAvailable: Redis at redis://cache:6379/0 answers: gateways count together");
    }

    @Test
    void aGatewayThatIsClosedWithoutItSaysSo() {
        try (var _ = start(RedisFailure.Closed, this::hear, FAST)) {
            await().until(() -> told.size() == 1);
        }
        assertThat(told.element()).endsWith("requests that have limits are refused");
    }

    @Test
    void aStartWithRedisIsNoNews() throws Exception {
        isAvailable = true;
        try (var _ = start(RedisFailure.Local, this::hear, FAST)) {
            Thread.sleep(100);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void oneThatFlapsIsToldOfOnceInAWhile() throws Exception {
        try (var _ = start(
                RedisFailure.Local, this::hear, new RedisNotices.Pace(Duration.ofMillis(1), Duration.ofSeconds(60)))) {
            for (int i = 0; i < 100; i++) {
                isAvailable = !isAvailable;
                Thread.sleep(2);
            }
        }
        assertThat(told.size()).isLessThanOrEqualTo(1);
    }

    @Test
    void whatNobodyCouldHearIsToldLater() {
        var tries = new AtomicInteger();
        RedisNotices.Board deaf = (type, reason, message) -> {
            if (tries.incrementAndGet() < 4) {
                throw new IllegalStateException("the API server is gone");
            }
            hear(type, reason, message);
        };
        try (var _ = start(RedisFailure.Local, deaf, FAST)) {
            await().until(() -> told.size() == 1);
        }
        assertThat(tries).hasValue(4);
    }
}
