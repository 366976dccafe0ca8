package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.api.traffic.Bucket;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private final TestGateway gateway = new TestGateway();
    private final FakeRuntime stable = gateway.runtime(Scripts.says("stable"));
    private final FakeRuntime canary = gateway.runtime(Scripts.says("canary"));

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void everyUserGoesWhereTheBucketSays() throws Exception {
        for (int weight : new int[] {10, 60}) {
            route(weight, 0);
            for (int user = 0; user < 100; user++) {
                String expected = Bucket.of("s", "u" + user).number() < weight * 100 ? "r2" : "r1";
                var answer = gateway.chat("x-user-id", "u" + user);
                assertThat(answer.headers().firstValue("x-windlass-model-revision"))
                        .contains(expected);
                assertThat(answer.body()).contains(expected.equals("r2") ? "canary" : "stable");
            }
        }
    }

    @Test
    void aHeaderDecidesOverWeights() throws Exception {
        route(0, 0);
        assertThat(gateway.chat("x-llm-variant", "canary").body()).contains("canary");
        assertThat(gateway.chat().body()).contains("stable");
    }

    @Test
    void copiesGoToTheMirrorAndNobodySeesTheirAnswers() throws Exception {
        route(0, 100);
        canary.script(Scripts.staysSilent());
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.chat().body()).contains("stable");
        }
        await().until(() -> canary.received().size() == 3);
        assertThat(canary.received().element().body()).isEqualTo(TestGateway.chatBody(false));
    }

    @Test
    void copiesAreMeasuredAsSuch() throws Exception {
        route(0, 100);
        gateway.chat();
        await().until(() -> gateway.operations("/internal/measurements").contains("\"mirrored\":1"));
    }

    @Test
    void whatDrainsGetsNothingNewButMayEnd() throws Exception {
        stable.script(Scripts.streams(Duration.ZERO, Duration.ofMillis(50), 20));
        gateway.route("deployments: [{name: m, endpoints: [{address: '%s'}]}]".formatted(stable.address()));
        var running = gateway.http()
                .sendAsync(
                        gateway.request("/v1/chat/completions", TestGateway.chatBody(true)), BodyHandlers.ofString());
        await().until(() -> stable.running() == 1);
        gateway.route("deployments: [{name: m, endpoints: [{address: '%s', draining: true}, {address: '%s'}]}]"
                .formatted(stable.address(), canary.address()));
        assertThat(gateway.operations("/internal/measurements")).contains("\"draining\":true,\"in_flight\":1");
        for (int i = 0; i < 5; i++) {
            assertThat(gateway.chat().body()).contains("canary");
        }
        assertThat(running.join().body()).endsWith("data: [DONE]\n\n");
        assertThat(stable.received()).hasSize(1);
        assertThat(gateway.operations("/internal/measurements")).contains("\"draining\":true,\"in_flight\":0");
    }

    @Test
    void aRuntimeHearsItsOwnNameForTheModel() throws Exception {
        gateway.route("""
                deployments:
                - {name: qwen, namespace: team, model: inner, servedNames: [a, b], endpoints: [{address: '%s'}]}
                """.formatted(stable.address()));
        for (String name : new String[] {"a", "b", "team/a", "team/qwen"}) {
            assertThat(gateway.post("/v1/completions", "{\"prompt\": \"x\", \"model\": \"" + name + "\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(stable.received().remove().body()).isEqualTo("{\"prompt\": \"x\", \"model\": \"inner\"}");
        }
        assertThat(gateway.get("/v1/models").body()).contains("\"id\":\"a\"", "\"id\":\"b\"");
        assertThat(gateway.get("/v1/models/team/a").body()).contains("\"id\":\"team/a\"");
        assertThat(gateway.get("/v1/models/none").statusCode()).isEqualTo(404);
    }

    @Test
    void aCanaryThatCannotBeReachedCostsNobodyARequest() throws Exception {
        route(50, 0);
        canary.close();
        for (int user = 0; user < 20; user++) {
            assertThat(gateway.chat("x-user-id", "u" + user).body()).contains("stable");
        }
    }

    private void route(int weight, int mirror) {
        gateway.route("""
                deployments:
                - name: m
                  revisions: [{name: r1, weight: %d}, {name: r2, variant: canary, weight: %d}]
                  sticky: {by: Header, name: x-user-id, salt: s}
                  rules: [{headers: {X-LLM-Variant: canary}, to: canary}]
                  mirror: {to: canary, percent: %d}
                  endpoints:
                  - {address: '%s', revision: r1}
                  - {address: '%s', revision: r2}
                """.formatted(100 - weight, weight, mirror, stable.address(), canary.address()));
    }
}
