package dev.windlass.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that want to know who asks. */
class RegistryCredentialsTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(2, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(700));
    private static final String WEIGHTS = "weights".repeat(20_000);

    @TempDir
    private Path root;

    private final Map<String, String> environment = new HashMap<>();
    private final FakeServer server;
    private final FakeServer elsewhere;

    RegistryCredentialsTest() throws IOException {
        server = new FakeServer();
        elsewhere = new FakeServer();
    }

    @BeforeEach
    void publish() {
        environment.put("HOME", root.toString());
        new PublishedImage(server, "org/model")
                .file("config.json", "{}")
                .file("model.safetensors", WEIGHTS)
                .tag("v1");
    }

    @AfterEach
    void close() {
        server.close();
        elsewhere.close();
    }

    @Test
    void asksForATokenThatNobodyElseSees() throws IOException {
        wantsToken("one");
        var blob = "/v2/org/model/blobs/sha256:" + Sha256.of(WEIGHTS);
        server.redirects.put(blob, elsewhere.address() + "/blob");
        elsewhere.files.put("/blob", WEIGHTS.getBytes(StandardCharsets.UTF_8));
        assertThat(fetch().resolve("model.safetensors")).hasContent(WEIGHTS);
        assertThat(elsewhere.requests)
                .contains("GET /token?service=reg&scope=repository%3Aorg%2Fmodel%3Apull", "GET /blob");
        assertThat(elsewhere.authorizations).isEmpty();
        assertThat(server.authorizations).containsOnly("Bearer one");
    }

    @Test
    void asksForAnotherTokenWhenOneIsOver() throws IOException {
        wantsToken("one");
        var source = (ModelSource.Registry) ModelSource.parse("oci://" + host() + "/org/model:v1");
        try (var origin = RegistryOrigin.open(source, environment, POLICY)) {
            wantsToken("two");
            var file = origin.files(java.util.List.of("model.safetensors")).getFirst();
            try (var body = origin.open(file, 7, 14)) {
                assertThat(new String(body.readNBytes(7), StandardCharsets.UTF_8))
                        .isEqualTo("weights");
            }
        }
        assertThat(server.authorizations).endsWith("Bearer two");
    }

    @Test
    void saysThatATokenIsNotEnough() {
        wantsToken("one");
        server.wanted = "Bearer another";
        assertRefused("access refused (401): it is private or misspelt; say who asks %s in the auths of %s"
                .formatted(host(), root.resolve(".docker/config.json")));
        assertThat(server.requests).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'auths':{'HOST':{'auth':'AUTH'}}}",
                "{'auths':{'http://HOST/v2/':{'auth':'AUTH'}}}",
                "{'auths':{'HOST':{'auth':'eDp5'},'HOST/org':{'auth':'AUTH'}}}",
                "{'auths':{'HOST':{'username':'me','password':'a:secret'}}}"
            })
    void saysWhoAsksAsDockerDoes(String config) throws IOException {
        var auth = Base64.getEncoder().encodeToString("me:a:secret".getBytes(StandardCharsets.UTF_8));
        configure(config.replace("AUTH", auth));
        server.challenge = "Basic realm=\"here\"";
        server.wanted = "Basic " + auth;
        assertThat(fetch().resolve("model.safetensors")).exists();

        wantsToken("two");
        assertThat(fetch().resolve("model.safetensors")).exists();
        assertThat(elsewhere.authorizations).containsOnly("Basic " + auth);
    }

    @Test
    void saysThatWhoAsksMayNot() throws IOException {
        configure("{'auths':{'HOST':{'auth':'eDp5'}}}");
        server.challenge = "Basic realm=\"here\"";
        server.wanted = "Basic somebody else's";
        assertRefused("access refused (401): what %s has for %s may not read it"
                .formatted(root.resolve("docker/config.json"), host()));
    }

    @Test
    void saysThatNoHelperIsRun() throws IOException {
        for (var config : new String[] {"{'credHelpers':{'HOST':'ecr-login'}}", "{'credsStore':'ecr-login'}"}) {
            configure(config);
            server.challenge = "Basic realm=\"here\"";
            server.wanted = "Basic x";
            assertRefused("%s leaves %s to the credential helper ecr-login, and helpers are not run"
                    .formatted(root.resolve("docker/config.json"), host()));
        }
    }

    @Test
    void needsNoHelperWhereNobodyHasToSayWhoAsks() throws IOException {
        configure("{'credsStore':'desktop'}");
        assertThat(fetch().resolve("model.safetensors")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'auths':{'HOST':{'auth':'hunter2!'}}}",
                "{'auths':{'HOST':{'auth':'aHVudGVyMg=='}}}",
                "{'auths':{'HOST':{'auth': hunter2",
                "{'auths':{'HOST':{'username':'me','password':'hunter2'}}}"
            })
    void keepsAPasswordOutOfMessages(String config) throws IOException {
        configure(config);
        server.challenge = "Basic realm=\"here\"";
        server.wanted = "Basic x";
        assertThatThrownBy(this::fetch)
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("docker/config.json")
                .message()
                .doesNotContain("hunter2")
                .doesNotContain("\n");
    }

    @Test
    void sendsForNoTokenWithoutTls() {
        wantsToken("one");
        server.challenge = "Bearer realm=\"ftp://elsewhere/token\"";
        assertRefused("sends for a token to \"ftp://elsewhere/token\"");
    }

    @Test
    void speaksPlainlyOnlyToThisMachineAndWhereSomebodySaysSo() {
        assertThat(RegistryOrigin.isPlain("localhost:5000", Map.of())).isTrue();
        assertThat(RegistryOrigin.isPlain("127.0.0.1", Map.of())).isTrue();
        assertThat(RegistryOrigin.isPlain("localhost.example.org", Map.of())).isFalse();
        assertThat(RegistryOrigin.isPlain("registry.svc:5000", Map.of())).isFalse();
        var said = Map.of("WINDLASS_OCI_PLAIN_HTTP", "a:1, registry.svc:5000");
        assertThat(RegistryOrigin.isPlain("registry.svc:5000", said)).isTrue();
        assertThat(RegistryOrigin.isPlain("registry.svc", said)).isFalse();
    }

    private void wantsToken(String token) {
        server.challenge = "bearer realm=\"%s/token\", service=\"reg\",scope=\"repository:org/model:pull\""
                .formatted(elsewhere.address());
        server.wanted = "Bearer " + token;
        elsewhere.files.put(
                "/token", "{\"access_token\":\"%s\"}".formatted(token).getBytes(StandardCharsets.UTF_8));
    }

    private void configure(String json) throws IOException {
        var folder = Files.createDirectories(root.resolve("docker"));
        Files.writeString(folder.resolve("config.json"), json.replace('\'', '"').replace("HOST", host()));
        environment.put("DOCKER_CONFIG", folder.toString());
    }

    private String host() {
        return server.address().getAuthority();
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::fetch)
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED))
                .hasMessageContaining(message);
    }

    private Path fetch() throws IOException {
        return new ModelStore(new CacheDirectory(root), environment, POLICY, 65_536)
                .fetch(ModelSource.parse("oci://" + host() + "/org/model:v1"), null, (_, _) -> {})
                .directory();
    }
}
