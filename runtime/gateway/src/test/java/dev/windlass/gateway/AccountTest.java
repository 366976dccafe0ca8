package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.gateway.cluster.ApiServer;
import dev.windlass.gateway.edge.Accounts;
import dev.windlass.gateway.edge.Allowances;
import dev.windlass.gateway.edge.Policies;
import dev.windlass.gateway.fake.BreakableLink;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Callers with service accounts' tokens: a real API server gives them, and says whose they are, to a gateway with the chart's rights. */
class AccountTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with();

    private static final String OBJECTS = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: %1$s}
            rules:
            - {apiGroups: [authentication.k8s.io], resources: [tokenreviews], verbs: [create]}
            - {apiGroups: [""], resources: [serviceaccounts], verbs: [get]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: %1$s}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s}
            subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: %1$s}]
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: app, labels: {team: blue}}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: other}
            """;

    @TempDir
    Path directory;

    private final FakeRuntime runtime = FakeRuntime.start(Scripts.says("good"));
    private BreakableLink link;
    private ApiServer server;
    private Policies policies;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        String user = "gateway-" + kube.namespace();
        apply(OBJECTS.formatted(user));
        var address = URI.create(kube.client().getConfiguration().getMasterUrl());
        link = BreakableLink.to(address.getHost(), address.getPort());
        server = ApiServer.open(new ConfigBuilder(kube.client().getConfiguration())
                .withMasterUrl("https://127.0.0.1:" + link.port())
                .withImpersonateUsername(user)
                .build());
        policies = new Policies(
                new CurrentRoutes(),
                new Allowances(null, Allowances.RedisFailure.Local, 1 << 20),
                new Policies.Places(
                        List.of(),
                        directory.resolve("audit.log"),
                        Map.of(),
                        new Accounts(server.accounts(), "windlass"),
                        RuntimeTls.NONE));
        gateway = new TestGateway(TestGateway.OPTIONS, policies.edge());
        gateway.route("""
                deployments:
                - {name: m, namespace: %1$s, auth: {mode: ServiceAccount}, audit: Metadata, endpoints: [{address: '%2$s'}]}
                - {name: blue, namespace: %1$s, auth: {mode: ServiceAccount, selector: {matchLabels: {team: blue}}},
                   endpoints: [{address: '%2$s'}]}
                - {name: foreign, namespace: elsewhere, auth: {mode: ServiceAccount}, endpoints: [{address: '%2$s'}]}
                """.formatted(kube.namespace(), runtime.address()));
    }

    @AfterEach
    void close() {
        gateway.close();
        policies.close();
        server.close();
        link.close();
        runtime.close();
    }

    private void apply(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("it.yaml"), yaml);
        var applied = kube.kubectl("apply", "-f", file.toString());
        assertThat(applied.status()).as(applied.text()).isZero();
    }

    private String token(String account, String... more) throws Exception {
        String audience = more.length == 0 ? "windlass" : more[0];
        var created = kube.kubectl("create", "token", account, "--audience=" + audience);
        assertThat(created.status()).as(created.text()).isZero();
        return created.text().strip();
    }

    private int ask(String model, String token) throws Exception {
        String body = "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}".formatted(model);
        return gateway.post("/v1/chat/completions", body, "authorization", "Bearer " + token)
                .statusCode();
    }

    @Test
    void anAccountAsksModelsOfItsNamespaceAndIsKnownByItsName() throws Exception {
        String app = token("app");

        assertThat(ask("m", app)).isEqualTo(200);
        assertThat(ask("blue", app)).isEqualTo(200);
        assertThat(ask("blue", token("other"))).isEqualTo(403);
        assertThat(ask("foreign", app)).isEqualTo(403);

        assertThat(Files.readString(directory.resolve("audit.log")))
                .contains("\"key\":\"system:serviceaccount:%s:app\"".formatted(kube.namespace()))
                .doesNotContain(app);
        assertThat(runtime.received()).noneMatch(request -> request.headers().containsKey("authorization"));
        assertThat(gateway.operations("/metrics"))
                .contains("windlass_gateway_token_reviews_total{result=\"known\"} 2.0")
                .contains("windlass_gateway_authentications_total{result=\"forbidden\"} 2.0")
                .doesNotContain(app);
    }

    @Test
    void whatOthersGaveOrForgedOpensNothing() throws Exception {
        String good = token("app");
        String forged = good.substring(0, good.length() - 20) + "AAAAAAAAAAAAAAAAAAAA";
        String[] parts = good.split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String promoted = parts[0] + "."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.replace(":app", ":other").getBytes(StandardCharsets.UTF_8))
                + "." + parts[2];

        assertThat(ask("m", forged)).isEqualTo(401);
        assertThat(ask("m", promoted)).isEqualTo(401);
        assertThat(ask("m", token("app", "https://kubernetes.default.svc"))).isEqualTo(401);
        assertThat(ask("m", token("app", "somebody-else"))).isEqualTo(401);
        // The administrator's own, which is no service account's.
        assertThat(ask("m", kube.client().getConfiguration().getOauthToken())).isEqualTo(401);
        assertThat(runtime.received()).isEmpty();
    }

    @Test
    void theTokenOfAnAccountThatIsDeletedIsNobodys() throws Exception {
        String token = token("app");
        kube.kubectl("delete", "serviceaccount", "app");
        assertThat(ask("m", token)).isEqualTo(401);
    }

    @Test
    void namesOfModelsAreShownToThoseWhoMayUseThem() throws Exception {
        var request = HttpRequest.newBuilder(gateway.uri("/v1/models"))
                .header("authorization", "Bearer " + token("other"))
                .build();
        String names = gateway.http()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(names).contains("\"m\"").doesNotContain("\"blue\"", "\"foreign\"");
    }

    @Test
    void withoutTheApiServerThoseItKnowsGoOnAndOthersComeBack() throws Exception {
        String known = token("app");
        String unknown = token("other");
        assertThat(ask("m", known)).isEqualTo(200);
        link.cut();

        assertThat(ask("m", known)).isEqualTo(200);
        var refused = gateway.chat("authorization", "Bearer " + unknown);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(refused.body()).contains("accounts_unreachable").doesNotContain(unknown);

        link.restore();
        assertThat(ask("m", unknown)).isEqualTo(200);
    }
}
