package dev.windlass.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.control.LlmDeploymentReconciler;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.testing.KubeApi;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A resource that somebody deletes while it is looked at, on a real API server. */
class DeletedResourceTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml"));

    @TempDir
    Path directory;

    @Test
    void isNoFailure() throws Exception {
        var deleted = new AtomicBoolean();
        InstantSource clock = () -> {
            if (isAskedInAPass() && deleted.compareAndSet(false, true)) {
                var resource = kube.client()
                        .resources(LlmDeployment.class)
                        .inNamespace(kube.namespace())
                        .withName("m");
                resource.delete();
                resource.waitUntilCondition(one -> one == null, 30, TimeUnit.SECONDS);
            }
            return Instant.now();
        };
        var options = new OperatorOptions(
                Installation.STANDARD,
                kube.namespace(),
                Set.of(kube.namespace()),
                0,
                0,
                "",
                "",
                Duration.ofMillis(200));
        try (var gateway = new FakeGateway(kube.client(), kube.namespace());
                var operator = OperatorProcess.start(
                        options,
                        kube.newClient(),
                        new OperatorMetrics(),
                        gateway,
                        pod -> URI.create("http://" + pod.getMetadata().getName() + ":8080"),
                        clock,
                        reason -> {})) {
            apply();

            String said = await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> metrics(operator),
                            it -> it.matches(
                                    "(?s).*windlass_operator_reconcile_seconds_count\\{outcome=\"\\w+\"} [1-9].*"));
            assertThat(deleted).isTrue();
            assertThat(said)
                    .contains(
                            "windlass_operator_reconcile_seconds_count{outcome=\"failed\"} 0",
                            "windlass_operator_reconcile_errors_total{exception=\"KubernetesClientException\"} 0");
        }
    }

    private static boolean isAskedInAPass() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.anyMatch(frame -> frame.getClassName().equals(LlmDeploymentReconciler.class.getName())));
    }

    private void apply() throws Exception {
        Path file = Files.writeString(directory.resolve("m.yaml"), """
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec: {model: {uri: 'hf://a/one'}}
                """);
        var applied = kube.kubectl("apply", "-f", file.toString());
        assertThat(applied.status()).as(applied.text()).isZero();
    }

    private static String metrics(OperatorProcess operator) throws Exception {
        try (var body = URI.create("http://127.0.0.1:" + operator.port() + "/metrics")
                .toURL()
                .openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
