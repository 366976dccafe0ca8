package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    private final JsonMapper json = new JsonMapper();
    private final TestGateway gateway = new TestGateway();
    private final FakeRuntime runtime = gateway.runtime(Scripts.says("x"));

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aStreamIsMeasuredFromItsFirstContentOn() throws Exception {
        runtime.script((_, wire) -> {
            wire.events();
            wire.role();
            Thread.sleep(Duration.ofMillis(120));
            for (int i = 0; i < 5; i++) {
                wire.token("t");
                Thread.sleep(Duration.ofMillis(30));
            }
            wire.finish();
            wire.usage(11, 5);
            wire.done();
        });
        gateway.routeTo(runtime);
        gateway.stream();
        var reading = reading();
        assertThat(reading.path("requests").asInt()).isEqualTo(1);
        assertThat(reading.path("prompt_tokens").asInt()).isEqualTo(11);
        assertThat(reading.path("generated_tokens").asInt()).isEqualTo(5);
        var first = reading.path("time_to_first_token");
        assertThat(count(first)).isEqualTo(1);
        assertThat(first.path("sum").asDouble()).isGreaterThan(0.115);
        var between = reading.path("inter_token_latency");
        assertThat(count(between)).isEqualTo(4);
        assertThat(between.path("sum").asDouble()).isGreaterThan(4 * 0.029);
        assertThat(between.path("bounds").get(0).asDouble()).isEqualTo(0.01);
    }

    @Test
    void everyEndIsCountedForWhatItIs() throws Exception {
        gateway.routeTo(runtime);
        gateway.chat();
        runtime.script((_, wire) -> wire.json(400, "{}"));
        gateway.chat();
        runtime.script((_, wire) -> wire.json(500, "{}"));
        gateway.chat();
        runtime.script((_, wire) -> wire.json(503, "{}"));
        gateway.chat();
        runtime.script((_, wire) -> {
            wire.events();
            wire.token("t");
            wire.reset();
        });
        gateway.stream();
        runtime.script((_, wire) -> {
            wire.events();
            wire.token("t");
            wire.event("{\"error\":{\"message\":\"broke\"}}");
            wire.done();
        });
        gateway.stream();
        await().until(() -> reading().path("in_flight").asInt() == 0);
        var reading = reading();
        assertThat(reading.path("requests").asInt()).isEqualTo(6);
        assertThat(reading.path("errors").asInt()).isEqualTo(4);
        assertThat(reading.path("client_errors").asInt()).isEqualTo(1);
        assertThat(reading.path("retries").asInt()).isZero();
    }

    @Test
    void anAttemptThatBeganAgainElsewhereIsNoError() throws Exception {
        var bad = gateway.runtime((_, wire) -> wire.reset());
        gateway.routeTo(runtime, bad);
        for (int i = 0; i < 4; i++) {
            gateway.chat();
        }
        await().until(() -> reading().path("in_flight").asInt() == 0);
        var reading = reading();
        assertThat(reading.path("requests").asInt()).isEqualTo(4);
        assertThat(reading.path("errors").asInt()).isZero();
        assertThat(reading.path("retries").asInt()).isEqualTo(bad.received().size());
    }

    @Test
    void prometheusReadsTheSameNumbers() throws Exception {
        gateway.routeTo(runtime);
        gateway.chat();
        var labels = "{name=\"m\",namespace=\"default\",revision=\"m\"";
        assertThat(gateway.operations("/metrics"))
                .contains("windlass_gateway_requests_total" + labels + "} 1.0")
                .contains("windlass_gateway_generation_tokens_total" + labels + "} 3.0")
                .contains("windlass_gateway_time_to_first_token_seconds_count" + labels + "} 1")
                .contains("windlass_gateway_time_to_first_token_seconds_bucket" + labels + ",le=\"2560.0\"} 1");
    }

    @Test
    void prometheusSeesTheRoutes() throws Exception {
        assertThat(gateway.operations("/metrics")).contains("windlass_gateway_routes 0.0");
        gateway.route("""
                deployments:
                - name: m
                  revisions: [{name: m-old, weight: 75}, {name: m-new, weight: 25, variant: canary}]
                  endpoints: [{address: '%s', revision: m-old}]
                - {name: gone, suspended: true}
                """.formatted(runtime.address()));
        assertThat(gateway.operations("/metrics").lines())
                .contains(
                        "windlass_gateway_routes 2.0",
                        "windlass_gateway_weight_ratio{name=\"m\",namespace=\"default\",revision=\"m-old\"} 0.75",
                        "windlass_gateway_weight_ratio{name=\"m\",namespace=\"default\",revision=\"m-new\"} 0.25",
                        "windlass_gateway_open_endpoints{name=\"m\",namespace=\"default\",revision=\"m-old\"} 1.0",
                        "windlass_gateway_open_endpoints{name=\"m\",namespace=\"default\",revision=\"m-new\"} 0.0",
                        "windlass_gateway_state{name=\"m\",namespace=\"default\",state=\"awake\"} 1.0",
                        "windlass_gateway_state{name=\"m\",namespace=\"default\",state=\"asleep\"} 0.0",
                        "windlass_gateway_state{name=\"gone\",namespace=\"default\",state=\"suspended\"} 1.0");
    }

    @Test
    void whatIsGoneIsForgotten() throws Exception {
        gateway.routeTo(runtime);
        gateway.chat();
        gateway.route("deployments: []");
        assertThat(gateway.operations("/internal/measurements")).contains("\"deployments\":[]");
    }

    private JsonNode reading() throws Exception {
        return json.readTree(gateway.operations("/internal/measurements"))
                .path("deployments")
                .path(0)
                .path("revisions")
                .path(0);
    }

    private static int count(JsonNode histogram) {
        int sum = 0;
        for (var count : histogram.path("counts")) {
            sum += count.asInt();
        }
        return sum;
    }
}
