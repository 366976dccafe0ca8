package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.fake.BreakableLink;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.route.State;
import dev.windlass.gateway.source.ClusterWatch;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.policy.filter.CurrentFilterPolicies;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** A gateway that reads its routes from a real API server. */
class ClusterTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(
            Path.of("../../crds/llmdeployments.windlass.dev.yaml"),
            Path.of("../../crds/llmfilterpolicies.windlass.dev.yaml"));

    private final TestGateway gateway = new TestGateway();
    private final CurrentFilterPolicies policies = new CurrentFilterPolicies();
    private final AtomicBoolean isReady = new AtomicBoolean(true);
    private ClusterWatch watch;
    private FakeRuntime first;
    private FakeRuntime second;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        InetAddress address = address();
        first = FakeRuntime.start(address, 0, script("first"));
        second = FakeRuntime.start(address, 0, script("second"));
        watch = ClusterWatch.start(
                kube.newClient(), Set.of(kube.namespace()), gateway.routes(), RuntimeTls.NONE, policies, null);
    }

    /** An EndpointSlice takes no loopback address. */
    private static InetAddress address() throws Exception {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElseThrow(() -> new TestAbortedException("no network interface besides loopback"));
    }

    private FakeRuntime.Script script(String name) {
        return (request, wire) -> {
            boolean isProbe = request.target().startsWith("/health");
            wire.json(isProbe && !isReady.get() ? 503 : 200, isProbe ? "{}" : Scripts.answer(name));
        };
    }

    @AfterEach
    void close() {
        watch.close();
        gateway.close();
        first.close();
        second.close();
    }

    @Test
    void aModelWaitsForItsFirstPodAndIsGoneWhenItIsDeleted() throws Exception {
        assertThat(gateway.chat().statusCode()).isEqualTo(404);
        create();
        await().until(() -> gateway.get("/v1/models").body().contains("\"m\""));
        status("{name: m-a, role: Stable, weight: 0}");
        var waiting = CompletableFuture.supplyAsync(this::answer);
        await().until(() -> gateway.operations("/internal/measurements").contains("\"held\":1"));

        slice("a", first);
        assertThat(waiting.get(30, TimeUnit.SECONDS)).contains("first");

        kube.kubectl("delete", "llm", "m");
        await().until(() -> gateway.chat().statusCode() == 404);
    }

    @Test
    void aPodThatOnlyItsKubeletReachesGetsNoUsers() throws Exception {
        isReady.set(false);
        create();
        status("{name: m-a, role: Stable, weight: 100}");
        slice("a", first);
        await().until(() -> gateway.operations("/internal/measurements").contains("\"ready\":false"));
        Thread.sleep(500);
        assertThat(first.received()).allMatch(request -> request.target().startsWith("/health"));

        isReady.set(true);
        await().until(() -> gateway.operations("/internal/measurements").contains("\"ready\":true"));
        assertThat(answer()).contains("first");
    }

    @Test
    void aFilterPolicyCountsFromTheMomentItIsThereUntilItIsGone() throws Exception {
        String yaml = """
                apiVersion: windlass.dev/v1alpha1
                kind: LlmFilterPolicy
                metadata: {name: house, namespace: %s}
                spec: {rules: [{name: words, keywords: {words: [%s]}, action: Redact}]}
                """;
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, yaml.formatted(kube.namespace(), "one"));
        assertThat(kube.kubectl("apply", "-f", file.toString()).status()).isZero();
        await().until(() -> redacted("one two").equals("[words] two"));

        Files.writeString(file, yaml.formatted(kube.namespace(), "two"));
        kube.kubectl("apply", "-f", file.toString());
        await().until(() -> redacted("one two").equals("one [words]"));

        kube.kubectl("delete", "-f", file.toString());
        await().until(() -> redacted("one two").isEmpty());
    }

    private String redacted(String text) {
        return policies.find(kube.namespace(), "house")
                .map(policy -> policy.redact(text))
                .orElse("");
    }

    @Test
    void weightsThatChangeDropNobody() throws Exception {
        create();
        slice("a", first);
        slice("b", second);
        status("{name: m-a, role: Stable, weight: 100}");
        await().until(() -> answer().contains("first"));
        for (int weight = 10; weight < 100; weight += 30) {
            status("{name: m-a, role: Stable, weight: %d}, {name: m-b, role: Canary, weight: %d}"
                    .formatted(100 - weight, weight));
            for (int i = 0; i < 40; i++) {
                assertThat(gateway.chat().statusCode()).isEqualTo(200);
            }
        }
        status("{name: m-b, role: Stable, weight: 100}");
        await().atMost(Duration.ofSeconds(20)).until(() -> answer().contains("second"));
        for (int i = 0; i < 20; i++) {
            assertThat(answer()).contains("second");
        }
    }

    @Test
    void aModelThatFallsAsleepHurtsNoOther() throws Exception {
        create();
        status("{name: m-a, role: Stable, weight: 100}");
        slice("a", first);
        await().until(() -> answer().contains("first"));

        // As Kubernetes leaves it behind when the last pod is gone; a server keeps an empty list as null.
        apply("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: other-a-x, labels: {windlass.dev/name: other, windlass.dev/revision: a}}
                addressType: IPv4
                ports: []
                endpoints: []
                """);
        assertThat(kube.kubectl("get", "endpointslice", "other-a-x", "-o", "jsonpath={.endpoints}|{.ports}|")
                        .text())
                .isEqualTo("null|null|");
        slice("b", second);
        status("{name: m-b, role: Stable, weight: 100}");
        await().atMost(Duration.ofSeconds(20)).until(() -> answer().contains("second"));
    }

    @Test
    void aSuspendedModelRefusesAtOnceAndServesAgain() throws Exception {
        create();
        status("{name: m-a, role: Stable, weight: 100}");
        slice("a", first);
        await().until(() -> answer().contains("first"));

        spec("{suspend: true}");
        await().until(() -> gateway.chat().statusCode() == 503);
        assertThat(answer()).contains("model_suspended");
        spec("{suspend: false}");
        await().until(() -> answer().contains("first"));
    }

    @Test
    void getListAndWatchOfThreeKindsAreAllItNeedsAndItWaitsForThem() throws Exception {
        String user = "gateway-" + kube.namespace();
        var config = new ConfigBuilder(kube.client().getConfiguration())
                .withImpersonateUsername(user)
                .build();
        create();
        status("{name: m-a, role: Stable, weight: 100}");
        slice("a", first);
        var routes = new CurrentRoutes();
        try (var _ =
                ClusterWatch.start(client(config), Set.of(kube.namespace()), routes, RuntimeTls.NONE, policies, null)) {
            Thread.sleep(500);
            assertThat(routes.isFilled()).isFalse();
            apply("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: Role
                    metadata: {name: gateway}
                    rules:
                    - {apiGroups: [windlass.dev], resources: [llmdeployments, llmfilterpolicies], verbs: [get, list, watch]}
                    - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
                    ---
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata: {name: gateway}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: gateway}
                    subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %s}]
                    """.formatted(user));
            await().atMost(Duration.ofSeconds(60)).until(() -> isAwake(routes));
            spec("{suspend: true}");
            await().until(() -> !isAwake(routes));
        }
    }

    @Test
    void withoutTheServerTheRoutesStayAndAfterwardsTheyGoOn() throws Exception {
        var server = URI.create(kube.client().getConfiguration().getMasterUrl());
        create();
        status("{name: m-a, role: Stable, weight: 100}");
        slice("a", first);
        var routes = new CurrentRoutes();
        try (var link = BreakableLink.to(server.getHost(), server.getPort())) {
            var config = new ConfigBuilder(kube.client().getConfiguration())
                    .withMasterUrl("https://127.0.0.1:" + link.port())
                    .build();
            try (var _ = ClusterWatch.start(
                    client(config), Set.of(kube.namespace()), routes, RuntimeTls.NONE, policies, null)) {
                await().until(() -> isAwake(routes));
                link.cut();
                spec("{suspend: true}");
                Thread.sleep(2000);
                assertThat(isAwake(routes)).isTrue();
                link.restore();
                await().atMost(Duration.ofSeconds(60)).until(() -> !isAwake(routes));
            }
        }
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static boolean isAwake(CurrentRoutes routes) {
        return routes.table()
                .find("m")
                .map(Route::state)
                .filter(State.Awake::equals)
                .isPresent();
    }

    private void spec(String changes) throws Exception {
        var patched = kube.kubectl("patch", "llm", "m", "--type=merge", "-p", "spec: " + changes);
        assertThat(patched.status()).as(patched.text()).isZero();
    }

    private String answer() {
        try {
            return gateway.chat().body();
        } catch (Exception problem) {
            return problem.toString();
        }
    }

    private void create() throws Exception {
        apply("""
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec: {model: {uri: 'hf://a/b'}}
                """);
    }

    private void status(String revisions) throws Exception {
        var patched = kube.kubectl(
                "patch",
                "llm",
                "m",
                "--subresource=status",
                "--type=merge",
                "-p",
                "status: {revisions: [" + revisions + "]}");
        assertThat(patched.status()).as(patched.text()).isZero();
    }

    private void slice(String hash, FakeRuntime runtime) throws Exception {
        apply("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: m-%s-x, labels: {windlass.dev/name: m, windlass.dev/revision: %s}}
                addressType: IPv4
                ports: [{name: http, port: %d}]
                endpoints: [{addresses: ["%s"], conditions: {ready: true}}]
                """.formatted(hash, hash, runtime.port(), runtime.host()));
    }

    private void apply(String yaml) throws Exception {
        var applied = kube.kubectl(
                "apply",
                "-f",
                Files.writeString(directory.resolve("it.yaml"), yaml).toString());
        assertThat(applied.status()).as(applied.text()).isZero();
    }
}
