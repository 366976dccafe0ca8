package dev.windlass.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.source.SourceException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String NEXT_COMMIT = "1123456789abcdef0123456789abcdef01234567";
    private static final DownloadProgress SILENT = (done, total) -> {};
    private static final RetryPolicy POLICY =
            new RetryPolicy(4, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(700));

    @TempDir
    private Path root;

    private final byte[] weights = new byte[300_000];
    private final Map<String, String> environment = new HashMap<>();
    private FakeServer server;
    private FakeServer store;

    ModelStoreTest() throws IOException {
        server = new FakeServer();
        store = new FakeServer();
        new SplittableRandom(1).nextBytes(weights);
    }

    @BeforeEach
    void publish() {
        environment.put("HF_ENDPOINT", server.address().toString());
        hub("main", COMMIT, sha256(weights));
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    /** A repository whose weights lie in another host's store, as those of the hub do. */
    private void hub(String revision, String commit, String digest) {
        json("/api/models/org/name/revision/" + revision, "{\"sha\":\"%s\"}".formatted(commit));
        json("/api/models/org/name/tree/" + commit, """
                [{"type":"directory","path":"onnx","size":0},
                 {"type":"file","path":"config.json","size":2,"oid":"a"},
                 {"type":"file","path":"tokenizer.json","size":4,"oid":"b"},
                 {"type":"file","path":"pytorch_model.bin","size":99999999,"oid":"c"},
                 {"type":"file","path":"model.safetensors","size":%d,"oid":"d","lfs":{"oid":"%s","size":%d}}]
                """.formatted(weights.length, digest, weights.length));
        json("/org/name/resolve/" + commit + "/config.json", "{}");
        json("/org/name/resolve/" + commit + "/tokenizer.json", "[12]");
        server.redirects.put("/org/name/resolve/" + commit + "/model.safetensors", store.address() + "/blob");
        store.files.put("/blob", weights);
    }

    private void json(String path, String text) {
        server.files.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void downloadsWhatAModelNeedsAndNothingElse() throws IOException {
        var directory = fetch("hf://org/name");
        assertThat(directory).isEqualTo(root.resolve("models/hf/org/name/" + COMMIT));
        assertThat(directory.resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(directory.resolve("config.json")).hasContent("{}");
        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder(".complete", "config.json", "tokenizer.json", "model.safetensors");
        }
    }

    @Test
    void downloadsHowVectorsArePooledFromItsFolder() throws IOException {
        json("/api/models/org/name/tree/" + COMMIT, """
                [{"type":"directory","path":"1_Pooling","size":0},
                 {"type":"file","path":"config.json","size":2,"oid":"a"},
                 {"type":"file","path":"modules.json","size":2,"oid":"e"},
                 {"type":"file","path":"model.safetensors","size":%d,"oid":"d","lfs":{"oid":"%s","size":%d}}]
                """.formatted(weights.length, sha256(weights), weights.length));
        json("/api/models/org/name/tree/" + COMMIT + "/1_Pooling", """
                [{"type":"file","path":"1_Pooling/config.json","size":7,"oid":"f"},
                 {"type":"file","path":"1_Pooling/other.json","size":7,"oid":"g"}]
                """);
        json("/org/name/resolve/" + COMMIT + "/modules.json", "[]");
        json("/org/name/resolve/" + COMMIT + "/1_Pooling/config.json", "{\"a\":1}");
        var directory = fetch("hf://org/name");
        assertThat(directory.resolve("modules.json")).hasContent("[]");
        assertThat(directory.resolve("1_Pooling/config.json")).hasContent("{\"a\":1}");
        assertThat(directory.resolve("1_Pooling/other.json")).doesNotExist();
        assertThat(directory.resolve("config.json")).hasContent("{}");
    }

    @Test
    void asksForBigFilesInParts() throws IOException {
        fetch("hf://org/name");
        assertThat(store.requests).hasSize(5);
    }

    @Test
    void keepsTheTokenFromOtherHosts() throws IOException {
        environment.put("HF_TOKEN", "hf_secret");
        fetch("hf://org/name");
        assertThat(server.authorizations).isNotEmpty().containsOnly("Bearer hf_secret");
        assertThat(store.authorizations).isEmpty();
    }

    @Test
    void downloadsAVersionOnce() throws IOException {
        fetch("hf://org/name");
        store.requests.clear();
        fetch("hf://org/name");
        assertThat(store.requests).isEmpty();
    }

    @Test
    void asksNobodyForACommitThatIsHere() throws IOException {
        hub(COMMIT, COMMIT, sha256(weights));
        fetch("hf://org/name@" + COMMIT);
        server.close();
        assertThat(fetch("hf://org/name@" + COMMIT).resolve(".complete")).exists();
    }

    @Test
    void keepsEachCommitApart() throws IOException {
        var first = fetch("hf://org/name");
        hub("main", NEXT_COMMIT, sha256(weights));
        assertThat(fetch("hf://org/name")).isNotEqualTo(first).hasFileName(NEXT_COMMIT);
    }

    @Test
    void servesTheLastKnownVersionWhenTheHubIsGone() throws IOException {
        var before = fetch("hf://org/name");
        server.close();
        assertThat(fetch("hf://org/name")).isEqualTo(before);
    }

    @Test
    void goesOnAfterCutConnections() throws IOException {
        store.cutConnections.set(5);
        assertThat(fetch("hf://org/name").resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void goesOnAfterAStall() throws IOException {
        store.stalls.set(2);
        assertThat(fetch("hf://org/name").resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void goesOnAfterServerErrors() throws IOException {
        server.failures.set(2);
        store.failures.set(2);
        assertThat(fetch("hf://org/name").resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void resumesWhatAnEarlierAttemptLeft() throws IOException {
        store.redirects.put("/blob", "http://localhost:1/gone");
        assertThatThrownBy(() -> fetch("hf://org/name")).isInstanceOf(SourceException.class);
        store.redirects.clear();
        var directory = root.resolve("models/hf/org/name/" + COMMIT);
        try (var partial = PartialFile.open(
                directory,
                new RemoteFile(
                        "model.safetensors",
                        "",
                        weights.length,
                        sha256(weights),
                        java.util.Optional.of(sha256(weights)),
                        true),
                65_536)) {
            var part = partial.missing().getFirst();
            partial.write(java.nio.ByteBuffer.wrap(weights, 0, 65_536), 0);
            partial.finish(part);
        }
        store.requests.clear();
        assertThat(fetch("hf://org/name").resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(store.requests).hasSize(4);
    }

    @Test
    void refusesContentOfAnotherDigest() {
        hub("main", COMMIT, "0".repeat(64));
        assertRefused("hf://org/name", Reason.DAMAGED, "SHA-256 " + "0".repeat(64));
        assertThat(root.resolve("models/hf/org/name/" + COMMIT + "/model.safetensors"))
                .doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void saysThatAGatedModelWantsAToken(int status) {
        server.refuseWith = status;
        assertRefused("hf://org/name", Reason.UNAUTHORIZED, "set HF_TOKEN");
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void saysThatThereIsNoSuchModel() {
        assertRefused("hf://org/other", Reason.NOT_FOUND, "hf://org/other: the hub has no such model");
    }

    @Test
    void givesUpOnAServerThatOnlyFails() {
        server.refuseWith = 500;
        assertRefused("hf://org/name", Reason.UNREACHABLE, "gave up after 4 attempts: localhost answered 500");
    }

    @Test
    void saysThatThereAreNoSafetensors() {
        json("/api/models/org/name/tree/" + COMMIT, "[{\"type\":\"file\",\"path\":\"config.json\",\"size\":2}]");
        assertRefused("hf://org/name", Reason.NOT_FOUND, "other formats are not read");
    }

    @Test
    void downloadsShardsThatTheIndexNames() throws IOException {
        var index = "{\"weight_map\":{\"a\":\"x-1.safetensors\",\"b\":\"x-2.safetensors\"}}";
        json("/m/config.json", "{}");
        json("/m/model.safetensors.index.json", index);
        json("/m/x-1.safetensors", "one");
        json("/m/x-2.safetensors", "two");
        var directory = fetch(server.address() + "/m/");
        assertThat(directory.resolve("x-2.safetensors")).hasContent("two");
    }

    @Test
    void refusesAnIndexThatLeavesItsDirectory() {
        json("/m/config.json", "{}");
        json("/m/model.safetensors.index.json", "{\"weight_map\":{\"a\":\"../x.safetensors\"}}");
        assertThatThrownBy(() -> fetch(server.address() + "/m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("beside the index");
    }

    @Test
    void downloadsFromAServerWithoutRanges() throws IOException {
        server.ranges = false;
        server.cutConnections.set(2);
        json("/m/config.json", "{}");
        server.files.put("/m/model.safetensors", weights);
        assertThat(fetch(server.address() + "/m").resolve("model.safetensors")).hasBinaryContent(weights);
    }

    @Test
    void downloadsAgainWhatChangedOnAWebServer() throws IOException {
        json("/m/config.json", "{}");
        server.files.put("/m/model.safetensors", weights);
        fetch(server.address() + "/m");
        json("/m/config.json", "{\"new\":1}");
        assertThat(fetch(server.address() + "/m").resolve("config.json")).hasContent("{\"new\":1}");
    }

    @Test
    void takesAModelOutOfATarball() throws IOException {
        server.files.put(
                "/m.tar.gz", tarball("./model/config.json", "./model/model.safetensors", "./model/x/config.json"));
        var directory = fetch(server.address() + "/m.tar.gz");
        assertThat(directory.resolve("config.json")).hasContent("./model/config.json");
        assertThat(directory.resolve("archive")).doesNotExist();
    }

    @Test
    void takesAModelOutOfAZip() throws IOException {
        server.files.put("/m.zip", zip("config.json", "model.safetensors", "README.md"));
        assertThat(fetch(server.address() + "/m.zip")).isDirectoryNotContaining("glob:**README.md");
    }

    @Test
    void refusesAnArchiveThatLeavesItself() throws IOException {
        server.files.put("/m.tgz", tarball("config.json", "../../model.safetensors"));
        assertRefused(
                server.address() + "/m.tgz", Reason.DAMAGED, "has an entry outside of it: ../../model.safetensors");
    }

    @Test
    void refusesAnArchiveThatIsNone() {
        server.files.put("/m.tgz", weights);
        assertRefused(server.address() + "/m.tgz", Reason.DAMAGED, "is not a sound archive");
    }

    @Test
    void refusesAVolumeClaimOutsideACluster() {
        assertRefused("pvc://claim/x", Reason.UNSUPPORTED, "mounted by a cluster");
    }

    @Test
    void refusesAMissingDirectory() {
        assertRefused(root.resolve("none").toString(), Reason.NOT_FOUND, "there is no such directory");
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        var seen = new ArrayList<String>();
        store().fetch(ModelSource.parse("hf://org/name"), null, (done, total) -> seen.add(done + "/" + total));
        assertThat(seen).last().isEqualTo("300006/300006");
    }

    private void assertRefused(String source, Reason reason, String message) {
        assertThatThrownBy(() -> fetch(source))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    private Path fetch(String source) throws IOException {
        return store().fetch(ModelSource.parse(source), null, SILENT).directory();
    }

    private ModelStore store() {
        return new ModelStore(new CacheDirectory(root), environment, POLICY, 65_536);
    }

    private static byte[] tarball(String... names) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (var name : names) {
                var entry = new TarArchiveEntry(name, true);
                entry.setSize(name.length());
                tar.putArchiveEntry(entry);
                tar.write(name.getBytes(StandardCharsets.UTF_8));
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(String... names) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
