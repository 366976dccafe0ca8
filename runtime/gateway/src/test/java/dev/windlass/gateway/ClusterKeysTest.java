package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.edge.Allowances;
import dev.windlass.gateway.edge.Policies;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.source.ClusterWatch;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.policy.keys.KeyDigest;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Keys that a gateway reads from the Secrets of a real API server, with no more rights than it needs. */
class ClusterKeysTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(
            Path.of("../../crds/llmdeployments.windlass.dev.yaml"),
            Path.of("../../crds/llmfilterpolicies.windlass.dev.yaml"));

    @TempDir
    Path directory;

    private Policies policies;
    private TestGateway gateway;
    private ClusterWatch watch;

    @BeforeEach
    void start() throws Exception {
        policies = new Policies(
                new CurrentRoutes(),
                new Allowances(null, Allowances.RedisFailure.Local, 1 << 20),
                new Policies.Places(List.of(), directory.resolve("audit.log"), Map.of()));
        gateway = new TestGateway(TestGateway.OPTIONS, policies.edge());
        String user = "gateway-" + kube.namespace();
        apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: gateway}
                rules:
                - {apiGroups: [windlass.dev], resources: [llmdeployments, llmfilterpolicies], verbs: [get, list, watch]}
                - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
                - {apiGroups: [""], resources: [secrets], verbs: [list, watch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: gateway}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: gateway}
                subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %s}]
                ---
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec:
                  model: {uri: 'hf://a/b'}
                  suspend: true
                  auth: {mode: ApiKey, selector: {matchLabels: {team: blue}}}
                """.formatted(user));
        var config = new ConfigBuilder(kube.client().getConfiguration())
                .withImpersonateUsername(user)
                .build();
        watch = ClusterWatch.start(
                new KubernetesClientBuilder().withConfig(config).build(),
                Set.of(kube.namespace()),
                gateway.routes(),
                RuntimeTls.NONE,
                policies.filterPolicies(),
                new ClusterWatch.KeySecrets(policies.keys(), Set.of(kube.namespace())));
        await().atMost(Duration.ofSeconds(60)).until(() -> gateway.routes().isFilled());
    }

    @AfterEach
    void close() {
        watch.close();
        gateway.close();
        policies.close();
    }

    @Test
    void aKeyCountsAsLongAsItsSecretIsThere() throws Exception {
        assertThat(status("one")).isEqualTo(401);
        apply(secret("alice", "team: blue", "old.sha256: " + KeyDigest.of("one").hex()));
        await().until(() -> status("one") == SUSPENDED);

        apply(secret("alice", "team: blue", "new.sha256: " + KeyDigest.of("two").hex()));
        await().until(() -> status("two") == SUSPENDED);
        assertThat(status("one")).isEqualTo(SUSPENDED);

        kube.kubectl("patch", "secret", "alice", "--type=json", "-p", "[{op: remove, path: /data/old.sha256}]");
        await().until(() -> status("one") == 401);
        assertThat(status("two")).isEqualTo(SUSPENDED);
        kube.kubectl("delete", "secret", "alice");
        await().until(() -> status("two") == 401);
    }

    @Test
    void otherLabelsAndSecretsThatAreWrongAdmitNobodyAndHurtNoOther() throws Exception {
        apply(secret("green", "team: green", "sha256: " + KeyDigest.of("green").hex()));
        apply(secret("wrong", "team: blue", "sha256: " + KeyDigest.of("wrong").hex() + ", expire: soon"));
        apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: unlabelled, labels: {team: blue}}
                stringData: {sha256: %s}
                """.formatted(KeyDigest.of("unlabelled").hex()));
        apply(secret("good", "team: blue", "sha256: " + KeyDigest.of("good").hex()));
        await().until(() -> status("good") == SUSPENDED);
        assertThat(status("green")).isEqualTo(401);
        assertThat(status("wrong")).isEqualTo(401);
        assertThat(status("unlabelled")).isEqualTo(401);
    }

    /** What a model without pods says to those who were let in. */
    private static final int SUSPENDED = 503;

    private int status(String key) throws Exception {
        return gateway.chat("authorization", "Bearer " + key).statusCode();
    }

    private static String secret(String name, String label, String fields) {
        return """
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, labels: {windlass.dev/keys: "true", %s}}
                stringData: {%s}
                """.formatted(name, label, fields);
    }

    private void apply(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("it.yaml"), yaml);
        var applied = kube.kubectl("apply", "-f", file.toString());
        assertThat(applied.status()).as(applied.text()).isZero();
    }
}
