package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.edge.Allowances;
import dev.windlass.gateway.edge.Allowances.RedisFailure;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.redis.RedisSettings;
import dev.windlass.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three gateways and one Redis. */
class SharedLimitsTest {
    private static final int CLIENTS = 200;

    private final RedisServer redis = RedisServer.start();
    private final FakeRuntime runtime = FakeRuntime.start(Scripts.says("Hello"));
    private final List<Allowances> allowances = new ArrayList<>();
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
        allowances.forEach(Allowances::close);
        runtime.close();
        redis.close();
    }

    private void gateways(RedisFailure onFailure, Duration patience, String settings) {
        for (int i = 0; i < 3; i++) {
            var mine = new Allowances(RedisSettings.of(redis.address(), "").withPatience(patience), onFailure, 1 << 20);
            allowances.add(mine);
            var routes = new CurrentRoutes();
            var gateway = new TestGateway(
                    routes,
                    EdgePolicy.inOrder(List.of(mine.limits(), mine.cache())),
                    mine.series(routes, _ -> List.of()));
            gateway.route("deployments:\n- name: m\n  %s\n  endpoints:\n  - {address: '%s'}\n"
                    .formatted(settings, runtime.address()));
            gateways.add(gateway);
        }
    }

    /** How often all clients together got which status. */
    private Map<Integer, Long> clients(int each) throws Exception {
        Map<Integer, Long> statuses = new ConcurrentHashMap<>();
        List<Future<?>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                var mine = gateways.get(i % gateways.size());
                running.add(threads.submit(() -> {
                    for (int again = 0; again < each; again++) {
                        statuses.merge(mine.chat().statusCode(), 1L, Long::sum);
                    }
                    return null;
                }));
            }
        }
        for (var client : running) {
            client.get();
        }
        return statuses;
    }

    @Test
    void twoHundredClientsGetWhatThereIsAndNotOneMore() throws Exception {
        gateways(
                RedisFailure.Closed,
                Duration.ofSeconds(20),
                "limits: {total: {requestsPerMinute: 150, concurrent: 100}}");

        var statuses = clients(5);

        assertThat(statuses).isEqualTo(Map.of(200, 150L, 429, 5L * CLIENTS - 150));
        assertThat(runtime.received()).hasSize(150);
    }

    @Test
    void tokensOfManyAreNeverMoreThanThereAre() throws Exception {
        gateways(
                RedisFailure.Closed,
                Duration.ofSeconds(20),
                "limits: {maxOutputTokens: 20, total: {tokensPerMinute: 1000}}");

        long answered = clients(3).getOrDefault(200, 0L);

        // Each is charged ten, and could have cost 34.
        assertThat(answered).isBetween(1000L / 34, 100L);
        assertThat(runtime.received()).hasSize((int) answered);
    }

    @Test
    void noRequestIsLostWhenRedisDiesAndComesBack() throws Exception {
        gateways(
                RedisFailure.Local,
                Duration.ofMillis(200),
                "limits: {total: {requestsPerMinute: 1000000}}\n  responseCache: {}");
        var stop = new AtomicBoolean();
        var answered = new AtomicInteger();
        Map<Integer, Long> others = new ConcurrentHashMap<>();
        List<Future<?>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                var mine = gateways.get(i % 3);
                running.add(threads.submit(() -> {
                    while (!stop.get()) {
                        int status = mine.chat().statusCode();
                        if (status == 200) {
                            answered.incrementAndGet();
                        } else {
                            others.merge(status, 1L, Long::sum);
                        }
                    }
                    return null;
                }));
            }
            try {
                progress(answered);
                redis.kill();
                awaitAvailable("0.0");
                progress(answered);
                redis.begin();
                awaitAvailable("1.0");
                progress(answered);
            } finally {
                stop.set(true);
            }
        }
        for (var client : running) {
            client.get();
        }
        assertThat(others).isEmpty();
    }

    private static void progress(AtomicInteger answered) {
        int before = answered.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > before + 200);
    }

    private void awaitAvailable(String value) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            for (var gateway : gateways) {
                assertThat(gateway.operations("/metrics")).contains("windlass_gateway_redis_available " + value);
            }
        });
    }

    @Test
    void withoutRedisNobodyPassesWhereThatWasAskedFor() throws Exception {
        gateways(RedisFailure.Closed, Duration.ofMillis(200), "limits: {total: {requestsPerMinute: 1000000}}");
        assertThat(gateways.getFirst().chat().statusCode()).isEqualTo(200);
        redis.kill();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateways.getFirst().chat().statusCode() == 503);
        var refused = gateways.getFirst().chat();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("limits_unavailable");
        redis.begin();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateways.getFirst().chat().statusCode() == 200);
    }

    @Test
    void gatewaysGiveAgainWhatAnotherKept() throws Exception {
        gateways(RedisFailure.Local, Duration.ofSeconds(20), "responseCache: {}");
        String asks = """
                {"model":"m","temperature":0,"messages":[{"role":"user","content":"Hi"}]}""";
        gateways.get(0).post("/v1/chat/completions", asks);
        await().until(() -> gateways.get(1)
                .post("/v1/chat/completions", asks)
                .headers()
                .firstValue("x-windlass-cache")
                .equals(Optional.of("hit")));
        assertThat(gateways.get(2).post("/v1/chat/completions", asks).body()).contains("Hello");
        assertThat(runtime.received().size()).isLessThanOrEqualTo(2);
    }
}
