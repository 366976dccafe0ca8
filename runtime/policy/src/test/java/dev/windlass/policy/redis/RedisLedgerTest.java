package dev.windlass.policy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.http.ApiException;
import dev.windlass.policy.limits.Ledger;
import dev.windlass.policy.limits.Ledger.Granted;
import dev.windlass.policy.limits.Ledger.Refused;
import dev.windlass.policy.limits.Ledger.Settlement;
import dev.windlass.policy.limits.LedgerContract;
import dev.windlass.policy.limits.Measure;
import dev.windlass.policy.limits.MemoryLedger;
import dev.windlass.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisLedgerTest extends LedgerContract {
    private static RedisServer server;
    private static RedisClient client;
    private static RedisCommands<String, String> commands;
    private static Redis redis;
    private RedisLedger ledger;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        client = RedisClient.create(server.address());
        commands = client.connect().sync();
        redis = Redis.start(settings(server));
    }

    /** The machine may be busy with other things. */
    private static RedisSettings settings(RedisServer of) {
        return RedisSettings.of(of.address(), "").withPatience(Duration.ofSeconds(20));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            redis.close();
            client.shutdown();
            server.close();
        }
    }

    @BeforeEach
    void open() {
        commands.flushall();
        ledger = new RedisLedger(redis, RedisLedger.CLOSED);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Override
    protected Ledger ledger() {
        return ledger;
    }

    /** Redis has a clock of its own: what it knows grows older instead. */
    @Override
    protected void passes(Duration time) {
        for (String key : commands.keys("*")) {
            if (commands.type(key).equals("hash")) {
                commands.hincrby(key, "start", -time.toMillis());
            } else {
                commands.zrangeWithScores(key, 0, -1)
                        .forEach(lease -> commands.zadd(key, lease.getScore() - time.toMillis(), lease.getValue()));
            }
        }
    }

    /** What is settled is sent on the ledger's connection, which this asks next. */
    @Override
    protected void settled() {
        try {
            redis.call(asked -> asked.ping());
        } catch (RedisUnavailableException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aGatewayThatDiesDoesNotHoldItsPlacesForever() {
        var runs = demand("a", Measure.Concurrent, 1, 1);
        take(runs);
        assertThat(take(runs)).isInstanceOf(Refused.class);
        passes(Duration.ofSeconds(61));
        assertThat(take(runs)).isInstanceOf(Granted.class);
    }

    @Test
    void threeGatewaysShareWhatThereIs() throws Exception {
        var all = demand("", Measure.RequestsPerMinute, 100, 1);
        var runs = demand("", Measure.Concurrent, 20, 1);
        var granted = new AtomicInteger();
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        List<Redis> connections = new ArrayList<>();
        List<RedisLedger> gateways = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            connections.add(Redis.start(settings(server)));
            gateways.add(new RedisLedger(connections.get(i), RedisLedger.CLOSED));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                var mine = gateways.get(i % 3);
                threads.execute(() -> {
                    for (int again = 0; again < 10; again++) {
                        if (mine.take(List.of(all, runs)) instanceof Granted g) {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            granted.incrementAndGet();
                            running.decrementAndGet();
                            g.receipt().settle(new Settlement(0, true));
                        }
                    }
                });
            }
        }
        assertThat(granted.get()).isEqualTo(100);
        assertThat(most.get()).isLessThanOrEqualTo(20);
        gateways.forEach(RedisLedger::close);
        connections.forEach(Redis::close);
    }

    @Test
    void withoutRedisItCountsByItselfOrNotAtAll() throws Exception {
        try (var mortal = RedisServer.start();
                var lost = Redis.start(settings(mortal))) {
            var open = new RedisLedger(lost, new MemoryLedger());
            var closed = new RedisLedger(lost, RedisLedger.CLOSED);
            var request = List.of(demand("a", Measure.RequestsPerMinute, 2, 1));
            assertThat(lost.isAvailable()).isTrue();
            assertThat(open.take(request)).isInstanceOf(Granted.class);

            mortal.kill();

            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> closed.take(request))
                        .isInstanceOfSatisfying(
                                ApiException.class, e -> assertThat(e.status()).isEqualTo(503));
            }
            assertThat(lost.isAvailable()).isFalse();
            assertThat(open.take(request)).isInstanceOf(Granted.class);
            assertThat(open.take(request)).isInstanceOf(Granted.class);
            assertThat(open.take(request)).isInstanceOf(Refused.class);

            mortal.begin();
            awaitAvailable(lost);

            assertThat(closed.take(request)).isInstanceOf(Granted.class);
            open.close();
            closed.close();
        }
    }

    private static void awaitAvailable(Redis lost) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!lost.isAvailable()) {
            assertThat(System.nanoTime()).as("Redis is found again").isLessThan(until);
            Thread.sleep(10);
        }
    }
}
