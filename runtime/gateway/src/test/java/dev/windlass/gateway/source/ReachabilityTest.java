package dev.windlass.gateway.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.fake.TlsLayer;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.http.Identity;
import dev.windlass.testing.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachabilityTest {
    private final AtomicInteger changes = new AtomicInteger();
    private Reachability reachability;
    private FakeRuntime runtime;

    @BeforeEach
    void start() {
        reachability = new Reachability(RuntimeTls.NONE, changes::incrementAndGet);
        runtime = FakeRuntime.start((_, wire) -> wire.json(200, "{}"));
    }

    private static Endpoint at(FakeRuntime runtime) {
        return new Endpoint("127.0.0.1", runtime.port(), "m-a", true, false);
    }

    @AfterEach
    void close() {
        reachability.close();
        runtime.close();
    }

    @Test
    void anAddressIsReachedWhenItsRuntimeSaysThatItIsReady() {
        assertThat(reachability.isReached(at(runtime))).isFalse();
        reachability.retain(Set.of(at(runtime)));
        await().until(() -> reachability.isReached(at(runtime)));
        reachability.retain(Set.of(at(runtime)));
        await().until(() -> changes.get() == 1);
        assertThat(runtime.received())
                .singleElement()
                .satisfies(request -> assertThat(request.target()).isEqualTo("/health/ready"));
    }

    @Test
    void oneThatIsNotReadyIsAskedAgain() {
        runtime.script((_, wire) -> wire.json(503, "{}"));
        reachability.retain(Set.of(at(runtime)));
        await().until(() -> runtime.received().size() >= 3);
        assertThat(reachability.isReached(at(runtime))).isFalse();
        runtime.script((_, wire) -> wire.json(200, "{}"));
        await().until(() -> reachability.isReached(at(runtime)));
    }

    @Test
    void oneThatComesBackIsAskedAnew() {
        reachability.retain(Set.of(at(runtime)));
        await().until(() -> reachability.isReached(at(runtime)));
        reachability.retain(Set.of());
        assertThat(reachability.isReached(at(runtime))).isFalse();
        runtime.script((_, wire) -> wire.json(503, "{}"));
        reachability.retain(Set.of(at(runtime)));
        await().until(() -> runtime.received().size() >= 3);
        assertThat(reachability.isReached(at(runtime))).isFalse();
    }

    @Test
    void oneThatIsGoneIsAskedNoMore() throws Exception {
        runtime.script((_, wire) -> wire.json(503, "{}"));
        reachability.retain(Set.of(at(runtime)));
        await().until(() -> runtime.received().size() >= 2);
        reachability.retain(Set.of());
        Thread.sleep(Duration.ofSeconds(1));
        int asked = runtime.received().size();
        Thread.sleep(Duration.ofSeconds(1));
        assertThat(runtime.received()).hasSize(asked);
    }

    @Test
    void oneWithTlsIsReachedWhereItProvesToBeTheDeploymentsOwn(@TempDir Path folder) {
        var authority = new TestAuthority("authority");
        TestAuthority.mount(folder, authority.leaf(Identity.GATEWAY.uri()), authority);
        var expected = Identity.runtime("n", "m");
        var layer = new TlsLayer(authority.leaf(Identity.runtime("other", "m").uri()), authority);
        try (var tls = RuntimeTls.open(folder, true);
                var asks = new Reachability(tls, changes::incrementAndGet);
                var secure = FakeRuntime.start(layer, (_, wire) -> wire.json(200, "{}"))) {
            var endpoint = new Endpoint("127.0.0.1", secure.port(), "m-a", true, false, expected);
            asks.retain(Set.of(endpoint, at(runtime)));
            await().until(() -> layer.seen().size() >= 2);
            assertThat(asks.isReached(endpoint)).isFalse();
            assertThat(secure.received()).isEmpty();
            layer.show(authority.leaf(expected.uri()), authority);
            await().until(() -> asks.isReached(endpoint));
            assertThat(asks.isReached(at(runtime)))
                    .as("without TLS, where it is required")
                    .isFalse();
            assertThat(runtime.connections()).isZero();
            assertThat(asks.isReached(new Endpoint(
                            "127.0.0.1", secure.port(), "m-a", true, false, Identity.runtime("other", "m"))))
                    .as("another at the same address")
                    .isFalse();
        }
    }

    @Test
    void manyThatStaySilentDoNotKeepOneThatAnswersFromUsers() {
        try (var silent = FakeRuntime.start(Scripts.staysSilent())) {
            Set<Endpoint> endpoints = new HashSet<>();
            for (int last = 1; last <= 200; last++) {
                endpoints.add(new Endpoint("127.0.0." + last, 1, "m-a", true, false));
            }
            endpoints.add(at(silent));
            endpoints.add(new Endpoint("no host", 80, "m-a", true, false));
            reachability.retain(endpoints);
            endpoints.add(at(runtime));
            reachability.retain(endpoints);
            await().until(() -> reachability.isReached(at(runtime)));
            assertThat(reachability.isReached(at(silent))).isFalse();
            assertThat(changes).hasValue(1);
        }
    }
}
