package dev.windlass.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is used only if it is the one that was asked for. */
class ModelPinTest {
    private static final Sha256 OTHER = new Sha256("0".repeat(64));
    private static final DownloadProgress SILENT = (_, _) -> {};

    @TempDir
    private Path root;

    private Path model = Path.of("");

    @BeforeEach
    void write() throws IOException {
        model = root.resolve("model");
        Files.createDirectories(model.resolve("1_Pooling"));
        Files.writeString(model.resolve("config.json"), "{}");
        Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling\":1}");
        Files.writeString(model.resolve("tokenizer.json"), "[]");
        Files.writeString(model.resolve("model.safetensors"), "weights");
    }

    /** With the command that the documentation gives. */
    @Test
    void isWhatAnybodyComputesOfAFolder() throws Exception {
        var command = Files.readAllLines(Path.of("../../docs/command-line.md")).stream()
                .filter(line -> line.startsWith("find * "))
                .findFirst()
                .orElseThrow();
        var process = new ProcessBuilder("sh", "-c", command)
                .directory(model.toFile())
                .redirectErrorStream(true)
                .start();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assumeThat(printed).as("there is no sha256sum here").doesNotContain("not found");
        assertThat(printed).startsWith(digest() + "  -");
    }

    @Test
    void looksOnlyAtWhatIsLoaded() throws IOException {
        var before = digest();
        Files.writeString(model.resolve("README.md"), "read me");
        Files.writeString(model.resolve("model.safetensors.index.json"), "for shards, which are not used");
        assertThat(digest()).isEqualTo(before);
        Files.writeString(model.resolve("merges.txt"), "");
        assertThat(digest()).isNotEqualTo(before);
    }

    @Test
    void refusesAnotherModelInOneLine() throws IOException {
        var digest = digest();
        assertThat(store().fetch(source(), digest, SILENT).directory()).isEqualTo(model);
        assertThatThrownBy(() -> store().fetch(source(), OTHER, SILENT))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MISMATCH))
                .hasMessage("%s: expected a model of SHA-256 %s, found one of %s; it is not used"
                        .formatted(model, OTHER, digest));
    }

    @Test
    void readsAFileOnceWhileItStaysWhatItIs() throws IOException {
        try (var files = Files.walk(model)) {
            for (var file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            }
        }
        var before = digest();
        assertThat(read()).isEmpty();
        Files.writeString(model.resolve("model.safetensors"), "Weights");
        assertThat(read()).last().isEqualTo(7L);
        assertThat(digest()).isNotEqualTo(before);
    }

    /** How much had to be read for the digest, as it was told. */
    private List<Long> read() throws IOException {
        var read = new ArrayList<Long>();
        store().digest(source(), model, new DownloadProgress() {
            @Override
            public void update(long done, long total) {}

            @Override
            public void checking(long done, long total) {
                read.add(total);
            }
        });
        return read;
    }

    @Test
    void isThatOfAnArchivesFile() throws IOException {
        try (var server = new FakeServer()) {
            var archive = new Packing()
                    .file("config.json", "{}")
                    .file("model.safetensors", "weights")
                    .tarGzip();
            server.files.put("/m.tgz", archive);
            var web = ModelSource.parse(server.address() + "/m.tgz");
            assertThatThrownBy(() -> store().fetch(web, OTHER, SILENT))
                    .hasMessageContaining("found one of " + Sha256.of(archive));
            try (var files = Files.walk(root.resolve("models"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .as("nothing is unpacked")
                        .doesNotContain("config.json", ".complete");
            }
            var fetched = store().fetch(web, Sha256.of(archive), SILENT);
            assertThat(fetched.directory().resolve("model.safetensors")).hasContent("weights");
            assertThat(store().fetch(web, Sha256.of(archive), SILENT)).isEqualTo(fetched);
            assertThatThrownBy(() -> store().fetch(web, OTHER, SILENT)).hasMessageContaining("it is not used");
        }
    }

    private ModelSource source() {
        return ModelSource.parse(model.toString());
    }

    private Sha256 digest() throws IOException {
        return store().digest(source(), model, SILENT);
    }

    private ModelStore store() {
        return new ModelStore(new CacheDirectory(root), Map.of());
    }
}
