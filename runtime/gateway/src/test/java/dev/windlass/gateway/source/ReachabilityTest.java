package dev.windlass.gateway.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
    private final AtomicInteger changes = new AtomicInteger();
    private Reachability reachability;
    private FakeRuntime runtime;

    @BeforeEach
    void start() {
        reachability = new Reachability(changes::incrementAndGet);
        runtime = FakeRuntime.start((_, wire) -> wire.json(200, "{}"));
    }

    @AfterEach
    void close() {
        reachability.close();
        runtime.close();
    }

    @Test
    void anAddressIsReachedWhenItsRuntimeSaysThatItIsReady() {
        assertThat(reachability.isReached(runtime.address())).isFalse();
        reachability.retain(Set.of(runtime.address()));
        await().until(() -> reachability.isReached(runtime.address()));
        reachability.retain(Set.of(runtime.address()));
        await().until(() -> changes.get() == 1);
        assertThat(runtime.received())
                .singleElement()
                .satisfies(request -> assertThat(request.target()).isEqualTo("/health/ready"));
    }

    @Test
    void oneThatIsNotReadyIsAskedAgain() {
        runtime.script((_, wire) -> wire.json(503, "{}"));
        reachability.retain(Set.of(runtime.address()));
        await().until(() -> runtime.received().size() >= 3);
        assertThat(reachability.isReached(runtime.address())).isFalse();
        runtime.script((_, wire) -> wire.json(200, "{}"));
        await().until(() -> reachability.isReached(runtime.address()));
    }

    @Test
    void oneThatComesBackIsAskedAnew() {
        reachability.retain(Set.of(runtime.address()));
        await().until(() -> reachability.isReached(runtime.address()));
        reachability.retain(Set.of());
        assertThat(reachability.isReached(runtime.address())).isFalse();
        runtime.script((_, wire) -> wire.json(503, "{}"));
        reachability.retain(Set.of(runtime.address()));
        await().until(() -> runtime.received().size() >= 3);
        assertThat(reachability.isReached(runtime.address())).isFalse();
    }

    @Test
    void oneThatIsGoneIsAskedNoMore() throws Exception {
        runtime.script((_, wire) -> wire.json(503, "{}"));
        reachability.retain(Set.of(runtime.address()));
        await().until(() -> runtime.received().size() >= 2);
        reachability.retain(Set.of());
        Thread.sleep(Duration.ofSeconds(1));
        int asked = runtime.received().size();
        Thread.sleep(Duration.ofSeconds(1));
        assertThat(runtime.received()).hasSize(asked);
    }

    @Test
    void manyThatStaySilentDoNotKeepOneThatAnswersFromUsers() {
        try (var silent = FakeRuntime.start(Scripts.staysSilent())) {
            Set<String> addresses = new HashSet<>();
            for (int last = 1; last <= 200; last++) {
                addresses.add("127.0.0." + last + ":" + 1);
            }
            addresses.add(silent.address());
            addresses.add("no host:80");
            reachability.retain(addresses);
            addresses.add(runtime.address());
            reachability.retain(addresses);
            await().until(() -> reachability.isReached(runtime.address()));
            assertThat(reachability.isReached(silent.address())).isFalse();
            assertThat(changes).hasValue(1);
        }
    }
}
