package dev.windlass.model.source;

import static dev.windlass.model.source.PublishedImage.TAR;
import static dev.windlass.model.source.PublishedImage.TAR_GZIP;
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
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models out of a registry. */
class RegistryTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(4, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(700));

    @TempDir
    private Path root;

    private final byte[] weights = new byte[300_000];
    private final Map<String, String> environment = new HashMap<>();
    private FakeServer server;

    RegistryTest() throws IOException {
        server = new FakeServer();
        new SplittableRandom(1).nextBytes(weights);
    }

    @BeforeEach
    void home() {
        environment.put("HOME", root.toString());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void takesAFileFromEachLayer() throws IOException {
        var digest = image().file("config.json", "{}")
                .file("README.md", "never fetched")
                .file("model.safetensors", weights)
                .tag("v1");
        var fetched = fetched("org/model:v1");
        assertThat(fetched.revision()).isEqualTo("sha256:" + digest);
        assertThat(fetched.directory())
                .isEqualTo(root.resolve("models/oci/%s/org+model/%s".formatted(host().replace(':', '_'), digest)));
        assertThat(fetched.directory().resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(files(fetched)).containsExactlyInAnyOrder(".complete", "config.json", "model.safetensors");
        assertThat(server.requests)
                .noneMatch(
                        request -> request.contains(Sha256.of("never fetched").hex()));
    }

    @Test
    void takesAFolderOfFiles() throws IOException {
        image().file("./qwen/config.json", "{}")
                .file("qwen/model.safetensors", weights)
                .tag("latest");
        assertThat(files(fetched("org/model"))).contains("config.json", "model.safetensors");
    }

    @Test
    void takesAPackedFileAndAPackedFolder() throws IOException {
        image().file("m.tar.gz", model("").tarGzip()).tag("file");
        image().layer(TAR_GZIP, model("qwen/").tarGzip(), """
                        "org.opencontainers.image.title":"qwen","io.deis.oras.content.unpack":"true\"""").tag("folder");
        assertThat(files(fetched("org/model:file"))).contains("config.json", "model.safetensors");
        assertThat(files(fetched("org/model:folder")))
                .containsExactlyInAnyOrder(".complete", "config.json", "model.safetensors");
    }

    @Test
    void takesWhatAModelPackHas() throws IOException {
        var path = """
                "org.cncf.model.filepath":"%s\"""";
        var prefix = "application/vnd.cncf.model.";
        image().layer(prefix + "weight.config.v1.raw", bytes("{}"), path.formatted("config.json"))
                .layer(prefix + "weight.v1.raw", weights, path.formatted("model.safetensors"))
                .tag("raw");
        image().layer(
                        prefix + "weight.config.v1.tar",
                        new Packing().file("config.json", "{}").tar(),
                        path.formatted("config.json"))
                .layer(
                        prefix + "weight.v1.tar+gzip",
                        new Packing().file("model.safetensors", weights).tarGzip(),
                        path.formatted("model.safetensors"))
                .layer(prefix + "dataset.v1.tar", weights, path.formatted("data"))
                .layer(prefix + "doc.v1.raw", weights, path.formatted("README.md"))
                .tag("tar");
        for (var tag : new String[] {"raw", "tar"}) {
            var fetched = fetched("org/model:" + tag);
            assertThat(files(fetched)).containsExactlyInAnyOrder(".complete", "config.json", "model.safetensors");
            assertThat(fetched.directory().resolve("model.safetensors")).hasBinaryContent(weights);
        }
    }

    @Test
    void takesTheModelOutOfAnImagesLayers() throws IOException {
        image().layer(
                        TAR_GZIP,
                        new Packing()
                                .file("etc/config.json", "not this")
                                .link("bin", "usr/bin")
                                .other("dev/null", TarConstants.LF_CHR)
                                .file("models/config.json", "old")
                                .file("models/model.safetensors.index.json", "{}")
                                .file("models/tokenizer.json", "gone")
                                .tarGzip())
                .layer(
                        TAR,
                        new Packing()
                                .file("models/config.json", "new")
                                .file("models/.wh.tokenizer.json", "")
                                .file("models/model.safetensors", weights)
                                .tar())
                .tag("v1");
        var fetched = fetched("org/model:v1");
        assertThat(fetched.directory().resolve("config.json")).hasContent("new");
        assertThat(files(fetched)).containsExactlyInAnyOrder(".complete", "config.json", "model.safetensors");
    }

    @Test
    void takesWhatALaterLayerPutsInAnEmptiedFolder() throws IOException {
        image().layer(TAR, model("models/").file("models/merges.txt", "x").tar())
                .layer(TAR, model("models/").file("models/.wh..wh..opq", "").tar())
                .tag("v1");
        assertThat(files(fetched("org/model:v1")))
                .containsExactlyInAnyOrder(".complete", "config.json", "model.safetensors");
    }

    @Test
    void takesTheImageForThisPlatform() throws IOException {
        var mine = image().layer(TAR, model("models/").tar()).tag();
        var index = image().manifest(index("""
                {"digest":"sha256:%s","platform":{"os":"unknown","architecture":"unknown"}},
                {"digest":"sha256:%s","platform":{"os":"windows","architecture":"amd64"}},
                {"digest":"sha256:%3$s","platform":{"os":"linux","architecture":"amd64"}},
                {"digest":"sha256:%3$s","platform":{"os":"linux","architecture":"arm64"}}""".formatted(Sha256.of("a"), Sha256.of("b"), mine)), "v1");
        assertThat(fetched("org/model:v1").revision()).isEqualTo("sha256:" + mine);
        assertThat(fetched("org/model@sha256:" + index).revision()).isEqualTo("sha256:" + mine);
        image().manifest(index("""
                {"digest":"sha256:%s","platform":{"os":"plan9","architecture":"mips"}}""".formatted(mine)), "v2");
        assertRefused("org/model:v2", Reason.NOT_FOUND, "only for [plan9/mips]");
    }

    private static String index(String manifests) {
        return "{\"schemaVersion\":2,\"manifests\":[%s]}".formatted(manifests);
    }

    @Test
    void goesOnAfterCutConnectionsAndErrors() throws IOException {
        image().file("config.json", "{}").file("model.safetensors", weights).tag("v1");
        server.cutConnections.set(3);
        server.failures.set(2);
        assertThat(fetched("org/model:v1").directory().resolve("model.safetensors"))
                .hasBinaryContent(weights);
    }

    @Test
    void downloadsFromARegistryWithoutRanges() throws IOException {
        image().layer(TAR, model("models/").tar()).tag("v1");
        server.ranges = false;
        server.cutConnections.set(2);
        assertThat(fetched("org/model:v1").directory().resolve("model.safetensors"))
                .hasBinaryContent(weights);
    }

    @Test
    void asksNobodyForADigestThatIsHere() throws IOException {
        var digest = image().file("config.json", "{}")
                .file("model.safetensors", weights)
                .tag("v1");
        var byTag = fetched("org/model:v1");
        server.close();
        assertThat(fetched("org/model@sha256:" + digest)).isEqualTo(byTag);
        assertThat(fetched("org/model:v1")).isEqualTo(byTag);
    }

    @Test
    void followsATagThatMoves() throws IOException {
        image().file("config.json", "1").file("model.safetensors", weights).tag("v1");
        fetched("org/model:v1");
        image().file("config.json", "2").file("model.safetensors", weights).tag("v1");
        assertThat(fetched("org/model:v1").directory().resolve("config.json")).hasContent("2");
    }

    @Test
    void refusesContentOfAnotherDigest() {
        var digest = image().file("config.json", "{}")
                .file("model.safetensors", weights)
                .tag("v1");
        server.files.put(image().path("blobs/sha256:" + Sha256.of(weights)), new byte[weights.length]);
        assertRefused("org/model:v1", Reason.DAMAGED, "SHA-256 " + Sha256.of(weights));
        server.files.put(image().path("manifests/sha256:" + digest), bytes("{}"));
        assertRefused("org/model@sha256:" + digest, Reason.DAMAGED, "asked for sha256:%s, was sent".formatted(digest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/config.json", "../config.json", "a/../../config.json", "a\\\\config.json"})
    void refusesAFileOutsideOfTheModel(String title) {
        image().file(title, "{}").file("model.safetensors", weights).tag("v1");
        assertRefused("org/model:v1", Reason.DAMAGED, "has a file outside of it");
    }

    @Test
    void refusesTwoFilesOfAName() {
        image().file("config.json", "1").file("./config.json", "2").tag("v1");
        assertRefused("org/model:v1", Reason.DAMAGED, "has two files of the name config.json");
    }

    @Test
    void refusesLinksAndDevicesInTheModelsPlace() throws IOException {
        for (var packing : new Packing[] {
            model("models/").link("models/tokenizer.json", "/etc/passwd"),
            model("models/").other("models/tokenizer.json", TarConstants.LF_CHR),
            model("models/").other("models/tokenizer.json", TarConstants.LF_FIFO)
        }) {
            image().layer(TAR, packing.tar()).tag("v1");
            assertRefused("org/model:v1", Reason.DAMAGED, "models/tokenizer.json in it is a link or a device");
        }
        image().layer(TAR, model("models/").file("../../outside", "x").tar()).tag("v1");
        assertRefused("org/model:v1", Reason.DAMAGED, "has an entry outside of it: ../../outside");
    }

    @Test
    void saysWhatIsNotThere() throws IOException {
        assertRefused("org/model:v1", Reason.NOT_FOUND, "the registry has no such repository, tag or digest");
        image().layer("application/vnd.docker.ai.gguf.v3", weights).tag("v1");
        assertRefused("org/model:v1", Reason.NOT_FOUND, "there is no config.json in it");
        image().layer(TAR, new Packing().file("config.json", "{}").tar()).tag("v1");
        assertRefused("org/model:v1", Reason.NOT_FOUND, "there is neither model.safetensors nor");
        image().layer(TAR, model("a/").file("b/config.json", "{}").tar()).tag("v1");
        assertRefused("org/model:v1", Reason.NOT_FOUND, "expected one model in it, found one in a/ and one in b/");
    }

    @Test
    void saysWhatItDoesNotRead() {
        image().layer(TAR + "+zstd", weights).tag("v1");
        assertRefused("org/model:v1", Reason.UNSUPPORTED, "gzip and plain tar are read");
        image().manifest("{\"schemaVersion\":1,\"fsLayers\":[]}", "v1");
        assertRefused("org/model:v1", Reason.DAMAGED, "Docker's first form");
        var index = image().manifest("{\"manifests\":[{\"digest\":\"sha256:%s\"}]}".formatted("0".repeat(64)));
        assertRefused("org/model@sha256:" + index, Reason.NOT_FOUND, "no such");
        image().layer(TAR_GZIP, weights).tag("v1");
        assertRefused("org/model:v1", Reason.DAMAGED, "is not a sound archive");
    }

    private Packing model(String folder) {
        return new Packing().file(folder + "config.json", "{}").file(folder + "model.safetensors", weights);
    }

    private PublishedImage image() {
        return new PublishedImage(server, "org/model");
    }

    private String host() {
        return server.address().getAuthority();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void assertRefused(String reference, Reason reason, String message) {
        assertThatThrownBy(() -> fetched(reference))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    private static String[] files(Fetched fetched) throws IOException {
        try (var files = Files.list(fetched.directory())) {
            return files.map(file -> file.getFileName().toString()).toArray(String[]::new);
        }
    }

    private Fetched fetched(String reference) throws IOException {
        return new ModelStore(new CacheDirectory(root), environment, POLICY, 65_536)
                .fetch(ModelSource.parse("oci://%s/%s".formatted(host(), reference)), null, (_, _) -> {});
    }
}
