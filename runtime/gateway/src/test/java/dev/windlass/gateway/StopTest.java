package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.fake.Scripts;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StopTest {
    private final TestGateway gateway = new TestGateway();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void isReadyOnceItHasRoutes() throws Exception {
        assertThat(gateway.get("/health").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/ready").statusCode()).isEqualTo(503);
        gateway.route("deployments: []");
        assertThat(gateway.get("/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void whatRunsEndsAndWhatComesIsRefused() throws Exception {
        var runtime = gateway.runtime(Scripts.streams(Duration.ZERO, Duration.ofMillis(40), 25));
        gateway.routeTo(runtime);
        var running = gateway.http()
                .sendAsync(
                        gateway.request("/v1/chat/completions", TestGateway.chatBody(true)), BodyHandlers.ofString());
        await().until(() -> runtime.running() == 1);
        var stopping = Thread.ofVirtual().start(() -> gateway.gateway().close(Duration.ZERO, Duration.ofSeconds(30)));
        await().until(() -> gateway.get("/ready").statusCode() == 503);
        await().until(() -> gateway.chat().statusCode() == 503);
        assertThat(running.get(30, TimeUnit.SECONDS).body()).contains("t24").endsWith("data: [DONE]\n\n");
        stopping.join();
    }

    @Test
    void servesOnForAWhileAfterItIsNotReady() throws Exception {
        gateway.routeTo(gateway.runtime(Scripts.says("still")));
        var stopping = Thread.ofVirtual().start(() -> gateway.gateway().close(Duration.ofSeconds(2), Duration.ZERO));
        await().until(() -> gateway.get("/ready").statusCode() == 503);
        assertThat(gateway.chat().body()).contains("still");
        stopping.join();
    }

    @Test
    void whatTakesTooLongIsCutWithAnError() throws Exception {
        var runtime = gateway.runtime(Scripts.streamsForever(Duration.ofMillis(20)));
        gateway.routeTo(runtime);
        var running = gateway.http()
                .sendAsync(
                        gateway.request("/v1/chat/completions", TestGateway.chatBody(true)), BodyHandlers.ofString());
        await().until(() -> runtime.running() == 1);
        await().until(() -> gateway.operations("/internal/measurements").contains("\"in_flight\":1"));
        gateway.gateway().close(Duration.ZERO, Duration.ofMillis(300));
        assertThat(running.get(30, TimeUnit.SECONDS).body())
                .contains("shutting_down")
                .endsWith("data: [DONE]\n\n");
        await().until(() -> runtime.running() == 0);
    }
}
