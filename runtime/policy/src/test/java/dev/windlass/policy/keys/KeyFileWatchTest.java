package dev.windlass.policy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileWatchTest {
    private static final Duration PAUSE = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private final CurrentKeys keys = new CurrentKeys();

    private static String secret(String name, String key) {
        return """
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, namespace: team, labels: {windlass.dev/keys: "true"}}
                stringData: {sha256: %s}
                """.formatted(name, KeyDigest.of(key).hex());
    }

    private boolean admits(String key) {
        return keys.ring()
                .find(key, "team", Map.of("windlass.dev/keys", "true"))
                .isPresent();
    }

    @Test
    void aFolderIsAllItsFilesAndAKeyThatGoesIsRevoked() throws Exception {
        Files.writeString(folder.resolve("a.yaml"), secret("a", "one") + "---\n" + secret("b", "two"));
        Files.writeString(folder.resolve("notes.txt"), "no YAML: {");
        try (var _ = KeyFileWatch.start(List.of(folder), keys, PAUSE)) {
            assertThat(admits("one")).isTrue();
            assertThat(admits("two")).isTrue();
            Files.writeString(folder.resolve("c.yaml"), secret("c", "three"));
            Files.writeString(folder.resolve("a.yaml"), secret("b", "two"));
            await().until(() -> admits("three") && !admits("one"));
            assertThat(admits("two")).isTrue();
        }
    }

    @Test
    void aTextThatIsWrongChangesNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("keys.yaml"), secret("a", "one"));
        try (var _ = KeyFileWatch.start(List.of(file), keys, PAUSE)) {
            Files.writeString(
                    file,
                    "kind: Secret\nmetadata: {name: a, labels: {windlass.dev/keys: x}}\nstringData: {sha256: nonsense}\n");
            Thread.sleep(200);
            assertThat(admits("one")).isTrue();
            Files.writeString(file, secret("a", "other"));
            await().until(() -> admits("other") && !admits("one"));
        }
    }

    @Test
    void dataIsBase64AndOtherKindsArePassedOver() throws Exception {
        String encoded =
                Base64.getEncoder().encodeToString(KeyDigest.of("one").hex().getBytes("US-ASCII"));
        Path file = Files.writeString(folder.resolve("all.yaml"), """
                kind: LlmDeployment
                spec: {}
                ---
                kind: Secret
                metadata: {name: hub, namespace: team}
                stringData: {token: unrelated}
                ---
                kind: Secret
                metadata: {name: a, namespace: team, labels: {windlass.dev/keys: "true"}}
                data: {sha256: %s}
                """.formatted(encoded));
        try (var _ = KeyFileWatch.start(List.of(file), keys, PAUSE)) {
            assertThat(admits("one")).isTrue();
        }
        Files.writeString(
                file, "kind: Secret\nmetadata: {name: a, labels: {windlass.dev/keys: x}}\ndata: {sha256: '*'}\n");
        assertThatThrownBy(() -> KeyFileWatch.start(List.of(file), keys, PAUSE)).hasMessageContaining("stringData");
    }
}
