package dev.windlass.model.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.safetensors.SafetensorsWriter;
import dev.windlass.model.safetensors.SafetensorsWriter.Declaration;
import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Quantization;
import dev.windlass.model.weight.StoredWeight;
import dev.windlass.model.weight.Weight;
import dev.windlass.model.weight.Weight.Role;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCacheTest {
    private static final int ROWS = 40;
    private static final int COLUMNS = 200;
    private static final Progress SILENT = (phase, done, total) -> {};

    @TempDir
    private Path root;

    private Path model;
    private final AtomicInteger reads = new AtomicInteger();
    private final float[] values = new float[ROWS * COLUMNS];

    @BeforeEach
    void writeModel() throws IOException {
        model = Files.createDirectory(root.resolve("model"));
        Files.writeString(model.resolve("config.json"), "{}");
        Files.writeString(model.resolve("tokenizer.json"), "{\"t\":1}");
        Files.writeString(model.resolve("README.md"), "not needed");
        var random = new SplittableRandom(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        var shape = List.of((long) ROWS, (long) COLUMNS);
        var declarations = List.of(new Declaration("w", ElementType.FLOAT, shape));
        try (var arena = Arena.ofConfined();
                var writer = SafetensorsWriter.create(model.resolve("model.safetensors"), declarations, Map.of())) {
            writer.write("w", 0, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
        }
    }

    @Test
    void storesLinearsInFourBitsAndTheHeadInEight() throws IOException {
        try (var artifact = obtain(Quantization.INT4)) {
            assertThat(artifact.get("linear")).isInstanceOfSatisfying(StoredWeight.Quantized.class, w -> {
                assertThat(w.bits()).isEqualTo(4);
                assertThat(w.block()).isEqualTo(128);
                assertThat(w.values().byteSize()).isEqualTo(ROWS * 2 * 64);
                assertThat(w.scales().byteSize()).isEqualTo(ROWS * 2 * 4);
                assertThat(w.zeroPoints().byteSize()).isEqualTo(ROWS);
                assertThat(w.values().address() % 64).isZero();
            });
            assertThat(artifact.get("head"))
                    .isInstanceOfSatisfying(
                            StoredWeight.Quantized.class,
                            w -> assertThat(w.bits()).isEqualTo(8));
            assertThat(artifact.manifest().parameters()).isEqualTo(3L * ROWS * COLUMNS);
        }
    }

    @Test
    void keepsPlainWeightsExactly() throws IOException {
        try (var artifact = obtain(Quantization.INT8)) {
            assertThat(artifact.get("norm"))
                    .isInstanceOfSatisfying(
                            StoredWeight.Dense.class,
                            w -> assertThat(w.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                                    .containsExactly(values));
        }
    }

    @Test
    void quantisesTheSameWhateverTheNumberOfThreads() throws IOException {
        try (var one = new ArtifactCache(new CacheDirectory(root.resolve("a")), 1)
                        .obtain(conversion(Quantization.INT4), SILENT);
                var four = new ArtifactCache(new CacheDirectory(root.resolve("b")), 4)
                        .obtain(conversion(Quantization.INT4), SILENT)) {
            assertThat(one.manifest()).isEqualTo(four.manifest());
            assertThat(Files.mismatch(
                            one.directory().resolve("weights.safetensors"),
                            four.directory().resolve("weights.safetensors")))
                    .isEqualTo(-1);
        }
    }

    @Test
    void keepsTheOneFileThatLiesInAFolder() throws IOException {
        Files.createDirectory(model.resolve("1_Pooling"));
        Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
        Files.writeString(model.resolve("1_Pooling/README.md"), "not needed");
        try (var artifact = obtain(Quantization.NONE)) {
            assertThat(artifact.directory().resolve("1_Pooling"))
                    .isDirectoryContaining("glob:**config.json")
                    .isDirectoryNotContaining("glob:**README.md");
            assertThat(artifact.manifest().files()).containsKeys("config.json", "1_Pooling/config.json");
        }
        Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling_mode_mean_tokens\": true}");
        try (var artifact = obtain(Quantization.NONE)) {
            assertThat(artifact.directory().resolve("1_Pooling/config.json"))
                    .content()
                    .contains("mean");
        }
    }

    @Test
    void convertsOnce() throws IOException {
        obtain(Quantization.INT8).close();
        int before = reads.get();
        obtain(Quantization.INT8).close();
        assertThat(reads.get()).isEqualTo(before).isPositive();
    }

    @Test
    void convertsAgainForOtherOptions() throws IOException {
        try (var eight = obtain(Quantization.INT8);
                var four = obtain(Quantization.INT4)) {
            assertThat(eight.directory()).isNotEqualTo(four.directory());
        }
    }

    @Test
    void convertsAgainWhenAWeightChanges() throws IOException {
        obtain(Quantization.INT8).close();
        var file = model.resolve("model.safetensors");
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        obtain(Quantization.INT8).close();
        assertThat(artifacts()).hasSize(2);
    }

    @Test
    void servesFromTheArtifactAlone() throws IOException {
        Path kept;
        try (var artifact = obtain(Quantization.INT8)) {
            kept = artifact.directory();
            assertThat(kept.resolve("tokenizer.json")).hasContent("{\"t\":1}");
            assertThat(kept.resolve("README.md")).doesNotExist();
        }
        model = kept;
        int before = reads.get();
        try (var artifact = obtain(Quantization.AUTO)) {
            assertThat(artifact.directory()).isEqualTo(kept);
            assertThat(reads.get()).isEqualTo(before);
        }
    }

    @Test
    void refusesAGivenArtifactOfAnotherQuantization() throws IOException {
        try (var artifact = obtain(Quantization.INT8)) {
            model = artifact.directory();
        }
        assertThatThrownBy(() -> obtain(Quantization.INT4).close())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageEndingWith("is an artifact of quantization int8, asked for int4");
    }

    @Test
    void convertsAgainWhatWasDamaged() throws IOException {
        Path kept;
        try (var artifact = obtain(Quantization.INT8)) {
            kept = artifact.directory();
        }
        for (var name : List.of("weights.safetensors", "artifact.json", "config.json")) {
            var file = kept.resolve(name);
            var whole = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
            obtain(Quantization.INT8).close();
            assertThat(file).hasBinaryContent(whole);
        }
    }

    @Test
    void clearsAwayAnInterruptedConversion() throws IOException {
        Path kept;
        try (var artifact = obtain(Quantization.INT8)) {
            kept = artifact.directory();
        }
        Files.move(kept, kept.resolveSibling(kept.getFileName() + ".tmp"));
        obtain(Quantization.INT8).close();
        assertThat(artifacts()).containsExactly(kept);
    }

    @Test
    void leavesNothingBehindWhenItFails() throws IOException {
        values[7] = Float.NaN;
        try (var arena = Arena.ofConfined();
                var writer = SafetensorsWriter.create(
                        Files.createDirectory(root.resolve("bad")).resolve("model.safetensors"),
                        List.of(new Declaration("w", ElementType.FLOAT, List.of((long) ROWS, (long) COLUMNS))),
                        Map.of())) {
            writer.write("w", 0, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
        }
        model = root.resolve("bad");
        assertThatThrownBy(() -> obtain(Quantization.INT8).close())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("expected finite values");
        assertThat(artifacts()).isEmpty();
    }

    @Test
    void convertsOnceWhenAskedFromSeveralThreads() throws Exception {
        Callable<Path> task = () -> {
            try (var artifact = obtain(Quantization.INT8)) {
                return artifact.directory();
            }
        };
        try (var executor = Executors.newFixedThreadPool(4)) {
            var directories = executor.invokeAll(List.of(task, task, task, task));
            for (var directory : directories) {
                assertThat(directory.get()).isEqualTo(directories.getFirst().get());
            }
        }
        assertThat(reads.get()).isEqualTo(3);
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        var seen = new ArrayList<String>();
        var cache = new ArtifactCache(new CacheDirectory(root.resolve("cache")), 1);
        cache.obtain(conversion(Quantization.INT8), (phase, done, total) -> seen.add(phase + " " + done + "/" + total))
                .close();
        int bytes = 3 * ROWS * COLUMNS * 4;
        assertThat(seen).contains("CONVERTING " + bytes + "/" + bytes, "SYNCING " + bytes + "/" + bytes);
        assertThat(seen).anyMatch(s -> s.startsWith("DIGESTING"));
    }

    @Test
    void opensOrRefusesAMutatedManifest() throws IOException {
        Path kept;
        try (var artifact = obtain(Quantization.INT8)) {
            kept = artifact.directory();
        }
        var manifest = kept.resolve("artifact.json");
        var whole = Files.readAllBytes(manifest);
        var random = new SplittableRandom(5);
        for (int i = 0; i < 500; i++) {
            var mutated = whole.clone();
            for (int m = random.nextInt(3); m >= 0; m--) {
                mutated[random.nextInt(mutated.length)] = (byte) " 0-9\"{}[],:\n".charAt(random.nextInt(12));
            }
            Files.write(manifest, mutated);
            try (var artifact = Artifact.open(kept)) {
                assertThat(artifact.manifest()).isNotNull();
            } catch (InvalidModelException e) {
                assertThat(e.getMessage()).doesNotContain("\n");
            }
        }
    }

    private List<Path> artifacts() throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve("cache/artifacts"))) {
            return entries.filter(Files::isDirectory).toList();
        }
    }

    private Artifact obtain(Quantization quantization) throws IOException {
        return new ArtifactCache(new CacheDirectory(root.resolve("cache")), 2).obtain(conversion(quantization), SILENT);
    }

    private Conversion conversion(Quantization quantization) {
        return new Conversion(model, model.toString(), "test", quantization, this::plan);
    }

    private List<Weight> plan(Checkpoint checkpoint) {
        var tensor = checkpoint.find("w").orElseThrow();
        Weight.Rows rows = (long first, int count, MemorySegment target) -> {
            reads.incrementAndGet();
            tensor.readFloats(first * COLUMNS, (long) count * COLUMNS, target);
        };
        return List.of(
                new Weight("linear", Role.LINEAR, ROWS, COLUMNS, rows),
                new Weight("head", Role.HEAD, ROWS, COLUMNS, rows),
                new Weight("norm", Role.PLAIN, ROWS, COLUMNS, rows));
    }
}
