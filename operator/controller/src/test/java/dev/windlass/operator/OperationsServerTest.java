package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.logging.LogLevel;
import dev.windlass.logging.LogLevels;
import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.metrics.ScalingValues;
import dev.windlass.operator.runtime.Runtimes;
import dev.windlass.operator.telemetry.OperatorMetrics;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperationsServerTest {
    @Test
    void readsAndChangesLevelsOfLoggers() throws IOException, InterruptedException {
        try (var kubernetes = new KubernetesClientBuilder().build();
                var gateways = new Gateways(Set::of, Duration.ofSeconds(1), InstantSource.system());
                var runtimes = new Runtimes(
                        gateways,
                        HttpClient.newBuilder(),
                        (_, address) -> URI.create("http://" + address),
                        InstantSource.system());
                var telemetry = new OperatorMetrics();
                var server = OperationsServer.start(
                        0,
                        new Operator(settings -> settings.withKubernetesClient(kubernetes)),
                        new ScalingValues(gateways, runtimes, InstantSource.system()),
                        telemetry);
                var client = HttpClient.newHttpClient()) {
            var address = URI.create("http://127.0.0.1:" + server.port() + "/internal/loggers");
            var one = HttpRequest.newBuilder(URI.create(address + "/io.javaoperatorsdk"))
                    .timeout(Duration.ofSeconds(20));

            var set = client.send(
                    one.copy()
                            .PUT(HttpRequest.BodyPublishers.ofString("{\"level\":\"DEBUG\"}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
            assertThat(LogLevels.read("io.javaoperatorsdk").level()).isEqualTo(LogLevel.DEBUG);
            LogLevels.set("io.javaoperatorsdk", null);

            assertThat(client.send(one.build(), BodyHandlers.ofString()).body())
                    .startsWith("{\"name\":\"io.javaoperatorsdk\",\"level\":null,");
            assertThat(client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                            .body())
                    .contains("\"ROOT\"");
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(address + "ometers"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(404);
        }
    }
}
