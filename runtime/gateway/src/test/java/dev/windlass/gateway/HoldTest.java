package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HoldTest {
    private final TestGateway gateway = new TestGateway();
    private final FakeRuntime runtime = gateway.runtime(Scripts.says("awake"));

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void requestsWaitForTheirModelAndAreCounted() throws Exception {
        route(5, "60s", false);
        var waiting = ask(3, false);
        await().until(() -> held() == 3);
        assertThat(gateway.operations("/metrics"))
                .contains("windlass_gateway_held_requests{name=\"m\",namespace=\"default\"} 3");
        route(5, "60s", true);
        for (var answer : waiting) {
            assertThat(answer.get(30, TimeUnit.SECONDS).body()).contains("awake");
        }
        assertThat(held()).isZero();
    }

    @Test
    void streamsGetSignsOfLifeWhileTheyWait() throws Exception {
        runtime.script(Scripts.streams(Duration.ZERO, Duration.ZERO, 2));
        route(5, "60s", false);
        var answer = gateway.http()
                .send(
                        gateway.request("/v1/chat/completions", TestGateway.chatBody(true)),
                        BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
        var begin = new String(answer.body().readNBytes(22), StandardCharsets.UTF_8);
        assertThat(begin).isEqualTo(": waiting\n\n: waiting\n\n");
        route(5, "60s", true);
        assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("t0", "t1")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void theQueueHasABound() throws Exception {
        route(2, "60s", false);
        var waiting = ask(2, false);
        await().until(() -> held() == 2);
        var refused = gateway.chat();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("model_asleep");
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(gateway.operations("/internal/measurements")).contains("\"refused\":1");
        route(2, "60s", true);
        for (var answer : waiting) {
            assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theWaitHasABound() throws Exception {
        route(5, "0.3s", false);
        assertThat(gateway.chat().statusCode()).isEqualTo(503);
        var stream = gateway.stream();
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.body()).contains(": waiting", "model_asleep").endsWith("data: [DONE]\n\n");
    }

    @Test
    void aClientThatLeavesFreesItsPlace() throws Exception {
        route(5, "60s", false);
        try (var one = gateway.socket(true);
                var two = gateway.socket(false)) {
            await().until(() -> held() == 2);
            assertThat(one.isClosed() || two.isClosed()).isFalse();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> held() == 0);
        assertThat(runtime.received()).isEmpty();
    }

    @Test
    void aModelThatIsRemovedRefusesWhoWaits() throws Exception {
        route(5, "60s", false);
        var waiting = ask(1, false);
        await().until(() -> held() == 1);
        gateway.route("deployments: []");
        assertThat(waiting.getFirst().get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(404);
    }

    @Test
    void aModelThatIsSuspendedRefusesWhoComesAndWhoWaits() throws Exception {
        route(5, "60s", false);
        var waiting = ask(1, false);
        await().until(() -> held() == 1);
        gateway.route(
                "deployments: [{name: m, suspended: true, endpoints: [{address: '%s'}]}]".formatted(runtime.address()));
        for (var answer : List.of(waiting.getFirst().get(30, TimeUnit.SECONDS), gateway.chat())) {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("model_suspended");
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
        }
        assertThat(runtime.received()).isEmpty();
    }

    private void route(int queued, String wait, boolean ready) {
        gateway.route("""
                deployments:
                - name: m
                  hold: {maxQueued: %d, maxWait: PT%s}
                  endpoints: [{address: '%s', ready: %s}]
                """.formatted(queued, wait.toUpperCase(Locale.ROOT), runtime.address(), ready));
    }

    private List<CompletableFuture<HttpResponse<String>>> ask(int times, boolean stream) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            answers.add(gateway.http()
                    .sendAsync(
                            gateway.request("/v1/chat/completions", TestGateway.chatBody(stream)),
                            BodyHandlers.ofString()));
        }
        return answers;
    }

    private int held() throws Exception {
        String text = gateway.operations("/internal/measurements");
        int at = text.indexOf("\"held\":") + 7;
        return Integer.parseInt(text.substring(at, text.indexOf(',', at)));
    }
}
