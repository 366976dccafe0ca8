package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.models.Model;
import dev.windlass.gateway.edge.Allowances;
import dev.windlass.gateway.edge.Policies;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.policy.keys.KeyDigest;
import java.net.Socket;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys at a gateway whose files hold them. */
class KeysTest {
    private static final String ROUTES = """
            deployments:
            - name: guarded
              namespace: team
              auth: {mode: ApiKey, selector: {matchLabels: {tier: gold}}}
              audit: Full
              endpoints: [{address: '%1$s'}]
            - name: second
              namespace: team
              auth: {mode: ApiKey, selector: {matchLabels: {tier: gold}}}
              endpoints: [{address: '%1$s'}]
            - name: open
              endpoints: [{address: '%1$s'}]
            """;

    @TempDir
    Path folder;

    private Path keys;
    private Path audit;
    private Policies policies;
    private TestGateway gateway;
    private FakeRuntime runtime;

    private final CurrentRoutes routes = new CurrentRoutes();

    @BeforeEach
    void start() throws Exception {
        keys = folder.resolve("keys.yaml");
        audit = folder.resolve("audit.log");
        write(secret("alice", "key-a", "") + secret("bob", "key-b", ", models: second"));
        policies = new Policies(
                routes,
                new Allowances(null, Allowances.RedisFailure.Local, 1 << 20),
                new Policies.Places(List.of(keys), audit, Map.of()));
        gateway = new TestGateway(TestGateway.OPTIONS, routes, policies.edge());
        runtime = gateway.runtime(Scripts.says("Hello"));
        gateway.route(ROUTES.formatted(runtime.address()));
    }

    @AfterEach
    void close() {
        gateway.close();
        policies.close();
    }

    private void write(String secrets) throws Exception {
        Path next = Files.writeString(folder.resolve("next"), secrets);
        Files.move(next, keys, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String secret(String name, String key, String more) {
        return """
                ---
                kind: Secret
                metadata: {name: %s, namespace: team, labels: {windlass.dev/keys: "true", tier: gold}}
                stringData: {sha256: %s%s}
                """.formatted(name, KeyDigest.of(key).hex(), more);
    }

    private int status(String model, String... headers) throws Exception {
        return gateway.post("/v1/chat/completions", body(model), headers).statusCode();
    }

    private static String body(String model) {
        return "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}".formatted(model);
    }

    private OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.uri("/v1").toString())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams chat(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Hi")
                .build();
    }

    @Test
    void openAisOwnClientIsLetInAndTurnedAway() {
        var alice = client("key-a");
        assertThat(alice.chat()
                        .completions()
                        .create(chat("guarded"))
                        .choices()
                        .getFirst()
                        .message()
                        .content())
                .contains("Hello");
        assertThat(alice.models().list().data()).extracting(Model::id).contains("guarded", "second", "open");

        assertThatThrownBy(() -> client("key-x").chat().completions().create(chat("guarded")))
                .isInstanceOf(UnauthorizedException.class)
                .hasMessageContaining("Incorrect API key");

        var bob = client("key-b");
        assertThatThrownBy(() -> bob.chat().completions().create(chat("guarded")))
                .isInstanceOf(PermissionDeniedException.class);
        assertThat(bob.models().list().data()).extracting(Model::id).containsExactlyInAnyOrder("second", "open");
    }

    @Test
    void howManyKeysOpenAModelIsSaidAndThatNoneDoes() throws Exception {
        assertThat(gateway.operations("/metrics"))
                .contains("windlass_gateway_keys{deployment=\"guarded\",namespace=\"team\"} 2.0")
                .doesNotContain("windlass_gateway_keys{deployment=\"open\"");
        assertThat(gateway.operations("/internal/measurements")).contains("\"keyless\":[]");

        write(secret("alice", "key-a", ", expires: '2020-01-01T00:00:00Z'"));
        await().until(() -> gateway.operations("/internal/measurements")
                .contains("\"keyless\":[{\"namespace\":\"team\",\"name\":\"guarded\"}"));
        assertThat(gateway.operations("/metrics"))
                .contains("windlass_gateway_keys{deployment=\"guarded\",namespace=\"team\"} 0.0");
    }

    @Test
    void theRuntimeNeverSeesAKey() throws Exception {
        assertThat(status("guarded", "authorization", "Bearer key-a", "X-API-Key", "key-a"))
                .isEqualTo(200);
        var received = runtime.received().remove();
        assertThat(received.headers()).doesNotContainKeys("authorization", "x-api-key");
        assertThat(received.toString()).doesNotContain("key-a");
        // Where nobody asks for keys, headers are the runtime's affair.
        assertThat(status("open", "authorization", "Bearer key-a")).isEqualTo(200);
        assertThat(runtime.received().remove().headers()).containsKey("authorization");
    }

    @Test
    void whoIsTurnedAwayIsToldHowToComeIn() throws Exception {
        var answer = gateway.post("/v1/chat/completions", body("guarded"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer realm=\"windlass\"");
        assertThat(answer.body()).contains("\"code\":\"invalid_api_key\"", "\"type\":\"invalid_request_error\"");
        assertThat(runtime.received()).isEmpty();
    }

    @Test
    void aKeyInTheUrlCountsForNothing() throws Exception {
        for (String query : List.of("?key=key-a", "?api_key=key-a", "?authorization=Bearer%20key-a")) {
            assertThat(gateway.post("/v1/chat/completions" + query, body("guarded"))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void headersThatContradictEachOtherLetNobodyIn() throws Exception {
        String length = "content-length: " + body("guarded").length() + "\r\n";
        for (String headers : List.of(
                "authorization: Bearer key-x\r\nauthorization: Bearer key-a\r\n",
                "authorization: Bearer key-a\r\nAuthorization: Bearer key-x\r\n",
                "authorization: Bearer key-a\r\nauthorization: Bearer key-a\r\n",
                "x-api-key: key-x\r\nx-api-key: key-a\r\n",
                "authorization: Basic eA==\r\nx-api-key: key-a\r\n",
                "authorization : Bearer key-a\r\n",
                "x-forwarded-for: a\r\n authorization: Bearer key-a\r\n",
                "connection: authorization\r\nx_api_key: key-a\r\n")) {
            assertThat(raw(headers + length + "\r\n" + body("guarded")))
                    .as(headers)
                    .containsPattern("^HTTP/1.1 40[01] ");
        }
        assertThat(runtime.received()).isEmpty();
        assertThat(raw("authorization: Bearer key-a\r\nconnection: authorization, close\r\n" + length + "\r\n"
                        + body("guarded")))
                .startsWith("HTTP/1.1 200 ");
        assertThat(runtime.received().remove().headers()).doesNotContainKey("authorization");
    }

    private String raw(String rest) throws Exception {
        try (var socket = new Socket("127.0.0.1", gateway.gateway().port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n" + rest)
                            .getBytes(StandardCharsets.US_ASCII));
            var line = new StringBuilder();
            for (int octet = socket.getInputStream().read();
                    octet >= 0 && octet != '\n';
                    octet = socket.getInputStream().read()) {
                line.append((char) octet);
            }
            return line.toString();
        }
    }

    @Test
    void aKeyIsRotatedAndRevokedWithoutARestart() throws Exception {
        assertThat(status("guarded", "x-api-key", "key-a")).isEqualTo(200);
        write(secret("alice", "key-a", "") + secret("alice-2", "key-n", ""));
        await().until(() -> status("guarded", "x-api-key", "key-n") == 200);
        assertThat(status("guarded", "x-api-key", "key-a")).isEqualTo(200);
        write(secret("alice-2", "key-n", ""));
        await().until(() -> status("guarded", "x-api-key", "key-a") == 401);
        assertThat(status("guarded", "x-api-key", "key-n")).isEqualTo(200);
    }

    @Test
    void namesOfModelsAreForThoseWhoMayUseThem() throws Exception {
        assertThat(gateway.get("/v1/models").body()).contains("\"open\"").doesNotContain("guarded", "second");
        assertThat(gateway.get("/v1/models/guarded").statusCode()).isEqualTo(404);
        gateway.route(ROUTES.formatted(runtime.address()).replaceFirst("(?s)- name: open.*", ""));
        var nothing = gateway.get("/v1/models");
        assertThat(nothing.statusCode()).isEqualTo(401);
        assertThat(nothing.headers().firstValue("www-authenticate")).isPresent();
    }

    @Test
    void aNameThatGoesToAnotherWhileARequestWaitsTakesNobodyAlong() throws Exception {
        String asleep = """
                deployments:
                - {name: a, namespace: team, servedNames: [m], hold: {maxWait: 60s}}
                """;
        gateway.route(asleep);
        var waiting =
                gateway.http().sendAsync(gateway.request("/v1/chat/completions", body("m")), BodyHandlers.ofString());
        await().until(() -> gateway.operations("/internal/measurements").contains("\"held\":1"));
        gateway.route("""
                deployments:
                - name: b
                  namespace: other
                  servedNames: [m]
                  auth: {mode: ApiKey, selector: {matchLabels: {tier: gold}}}
                  endpoints: [{address: '%s'}]
                """.formatted(runtime.address()));
        assertThat(waiting.get().body()).contains("model_replaced");
        assertThat(runtime.received()).isEmpty();
    }

    @Test
    void nobodyWritesAKeyDown() throws Exception {
        var logged = new ConcurrentLinkedQueue<String>();
        var root = Logger.getLogger("");
        var handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getMessage() + " "
                        + List.of(line.getParameters() == null ? new Object[0] : line.getParameters()) + " "
                        + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var ours = Logger.getLogger("dev.windlass");
        root.addHandler(handler);
        ours.setLevel(Level.ALL);
        try {
            status("guarded", "authorization", "Bearer key-a");
            status("guarded", "authorization", "Bearer key-wrong");
            status("guarded", "x-api-key", "key-b");
            write(secret("alice", "key-a", ", expires: key-oops"));
            await().until(() -> logged.stream().anyMatch(line -> line.contains("keys stay as they are")));
        } finally {
            root.removeHandler(handler);
            ours.setLevel(null);
        }
        assertThat(String.join("\n", logged)).doesNotContain("key-a", "key-wrong", "key-b", "key-oops");
        assertThat(gateway.operations("/metrics"))
                .contains(
                        "windlass_gateway_authentications_total{result=\"admitted\"} 1.0",
                        "windlass_gateway_authentications_total{result=\"invalid\"} 1.0",
                        "windlass_gateway_authentications_total{result=\"forbidden\"} 1.0",
                        "windlass_gateway_authentications_total{result=\"missing\"} 0.0")
                .doesNotContain("key-");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.readAllLines(audit).size() == 3);
        assertThat(Files.readString(audit))
                .contains("\"key\":\"alice\"", "\"key\":\"bob\"", "\"status\":401", "\"text\":\"Hello\"")
                .doesNotContain("key-a", "key-wrong", "key-b");
    }
}
