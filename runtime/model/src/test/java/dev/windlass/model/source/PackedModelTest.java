package dev.windlass.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that somebody made to harm, or that time has. */
class PackedModelTest {
    private static final String SOURCE = "https://example.org/m.tar";

    @TempDir
    private Path root;

    private Path directory = Path.of("");

    @BeforeEach
    void makeRoom() throws IOException {
        directory = Files.createDirectories(root.resolve("a/b/model"));
    }

    @Test
    void takesTheLastOfSeveralEntriesOfOneName() throws IOException {
        extract(new Packing().file("config.json", "1").file("config.json", "2").tar(), PackedFile.Kind.TAR);
        assertThat(directory.resolve("config.json")).hasContent("2");
    }

    @Test
    void stopsAtWhatUnpacksWithoutEnd() throws IOException {
        var zeros = new byte[128 << 20];
        var packing = new Packing().file("config.json", "{}");
        for (int i = 0; i < 3; i++) {
            packing.file("model-%d.safetensors".formatted(i), zeros);
        }
        var bomb = packing.tarGzip();
        assertThat(bomb).hasSizeLessThan(2 << 20);
        assertThatThrownBy(() -> extract(bomb, PackedFile.Kind.TAR_GZIP))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("it unpacks to far more than it took");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void stopsAtANameWithoutEnd() throws IOException {
        var tar = new Packing().longName(20 << 20).file("config.json", "{}").tarGzip();
        assertThatThrownBy(() -> extract(tar, PackedFile.Kind.TAR_GZIP))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("it says far too much of an entry");
    }

    /** Whatever is done to an archive, it is read or refused in one line, and nothing lies outside of the model's folder. */
    @Test
    void readsOrRefusesAMutatedArchive() throws IOException {
        var random = new SplittableRandom(9);
        var tar = new Packing()
                .file("./model/config.json", "{}")
                .link("model/tokenizer.json", "config.json")
                .file("model/" + "long".repeat(60), "x")
                .file("model/model.safetensors", new byte[3_000])
                .file("model/.wh.merges.txt", "")
                .tar();
        for (int i = 0; i < 2_000; i++) {
            boolean packed = random.nextInt(4) == 0;
            var bytes = mutated(random, packed ? Packing.gzip(tar) : tar);
            try {
                extract(bytes, packed ? PackedFile.Kind.TAR_GZIP : PackedFile.Kind.TAR);
            } catch (SourceException e) {
                assertThat(e.getMessage()).doesNotContain("\n");
            }
        }
        try (var files = Files.walk(root)) {
            assertThat(files.filter(file -> !Files.isDirectory(file)).map(this::name))
                    .isSubsetOf(
                            "packed",
                            "a/b/model/config.json",
                            "a/b/model/model.safetensors",
                            "a/b/model/tokenizer.json");
        }
    }

    private String name(Path file) {
        return root.relativize(file).toString();
    }

    @Test
    void readsOrRefusesAMutatedManifest() {
        var random = new SplittableRandom(10);
        var json = """
                {"schemaVersion":2,"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%1$s",
                "size":7,"annotations":{"org.opencontainers.image.title":"a/config.json"}},{"mediaType":"x.tar+gzip",
                "digest":"sha256:%1$s","size":9}],"manifests":null}""".formatted("0a".repeat(32)).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5_000; i++) {
            try {
                if (RegistryDocument.parse("oci://x/y", mutated(random, json))
                        instanceof RegistryDocument.Manifest manifest) {
                    for (var part : RegistryLayout.of("oci://x/y", manifest).parts()) {
                        assertThat(List.of(part.path().split("/", -1))).doesNotContain("..");
                    }
                }
            } catch (SourceException e) {
                assertThat(e.getMessage()).doesNotContain("\n");
            }
        }
    }

    private static byte[] mutated(SplittableRandom random, byte[] bytes) {
        int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
        var mutated = Arrays.copyOf(bytes, length);
        for (int i = random.nextInt(6); i >= 0 && length > 0; i--) {
            mutated[random.nextInt(length)] = (byte) random.nextInt(256);
        }
        return mutated;
    }

    private void extract(byte[] bytes, PackedFile.Kind kind) throws IOException {
        var file = Files.write(root.resolve("packed"), bytes);
        new PackedModel(SOURCE, List.of(PackedFile.of(SOURCE, file, kind))).extract(directory);
    }
}
