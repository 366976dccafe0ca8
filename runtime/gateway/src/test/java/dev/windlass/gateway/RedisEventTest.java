package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.cluster.ApiServer;
import dev.windlass.gateway.edge.Allowances;
import dev.windlass.gateway.edge.Allowances.RedisFailure;
import dev.windlass.gateway.edge.RedisNotices;
import dev.windlass.policy.redis.RedisSettings;
import dev.windlass.testing.KubeApi;
import dev.windlass.testing.RedisServer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What people of a cluster see when the Redis of its gateways goes: a real API server, and a real Redis that is killed. */
class RedisEventTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with();

    @TempDir
    Path directory;

    /** As the chart gives them. */
    private static final String RIGHTS = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: gateway}
            rules:
            - {apiGroups: [""], resources: [events], verbs: [create, patch]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: gateway}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: gateway}
            subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %s}]
            """;

    @Test
    void kubectlDescribesAPodWhoseRedisIsGoneAndIsBack() throws Exception {
        String user = "gateway-" + kube.namespace();
        Path rights = directory.resolve("rights.yaml");
        Files.writeString(rights, RIGHTS.formatted(user));
        assertThat(kube.kubectl("apply", "-f", rights.toString()).status()).isZero();
        var config = new ConfigBuilder(kube.client().getConfiguration())
                .withImpersonateUsername(user)
                .build();
        try (var redis = RedisServer.start();
                var allowances = new Allowances(RedisSettings.of(redis.address(), ""), RedisFailure.Local, 1 << 20);
                var server = ApiServer.open(config);
                var _ = RedisNotices.start(
                        allowances.redis().orElseThrow(),
                        server.podEvents(pod()).orElseThrow())) {
            Thread.sleep(2000);
            assertThat(described()).doesNotContain("RedisUnavailable");

            redis.kill();
            await().atMost(Duration.ofSeconds(60)).until(() -> described().contains("RedisUnavailable"));
            assertThat(described())
                    .contains("Warning", "windlass-gateway", redis.address())
                    .contains("limits are kept by each gateway itself");

            redis.begin();
            await().atMost(Duration.ofSeconds(60)).until(() -> described().contains("RedisAvailable"));
            assertThat(kube.kubectl("get", "events").text()).contains("pod/windlass-gateway-0", "RedisAvailable");
        }
    }

    /** A pod of this name, and what the downward API tells in it. */
    private Map<String, String> pod() {
        var pod = kube.client()
                .pods()
                .inNamespace(kube.namespace())
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("windlass-gateway-0")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("gateway")
                        .withImage("windlass-gateway")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        return Map.of(
                "POD_NAME",
                pod.getMetadata().getName(),
                "POD_NAMESPACE",
                kube.namespace(),
                "POD_UID",
                pod.getMetadata().getUid());
    }

    private String described() throws Exception {
        return kube.kubectl("describe", "pod", "windlass-gateway-0").text();
    }

    @Test
    void aProcessOutsideOfAPodTellsNobody() {
        try (var server = ApiServer.open(kube.client().getConfiguration())) {
            assertThat(server.podEvents(Map.of("POD_NAME", "windlass-gateway-0")))
                    .isEmpty();
        }
    }
}
