package dev.windlass.model.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.artifact.ArtifactManifest.StoredMatrix;
import dev.windlass.model.safetensors.SafetensorsFile;
import dev.windlass.model.weight.StoredWeight;
import dev.windlass.model.weight.WeightFormat;
import dev.windlass.model.weight.WeightStore;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as it is served: a directory with its mapped weights and copies of its configuration, tokenizer and chat
 * template, that needs nothing else. It owns the mapping: close it after every session built on its weights.
 */
public final class Artifact implements WeightStore, AutoCloseable {
    /** The file that describes an artifact. */
    public static final String MANIFEST = "artifact.json";

    /** The file that has its weights. */
    public static final String WEIGHTS = "weights.safetensors";

    private static final long MAXIMUM_MANIFEST_BYTES = 100_000_000;
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private final Path directory;
    private final ArtifactManifest manifest;
    private final Map<String, StoredWeight> weights;
    private final Arena arena;

    private Artifact(Path directory, ArtifactManifest manifest, Map<String, StoredWeight> weights, Arena arena) {
        this.directory = directory;
        this.manifest = manifest;
        this.weights = weights;
        this.arena = arena;
    }

    /** Whether a directory claims to be an artifact. */
    public static boolean isArtifact(Path directory) {
        return Files.isRegularFile(directory.resolve(MANIFEST));
    }

    /**
     * Maps an artifact.
     *
     * @throws InvalidModelException when it is incomplete, damaged or of another format
     */
    @SuppressWarnings("MustBeClosedChecker") // the artifact returned owns the arena
    public static Artifact open(Path directory) {
        var arena = Arena.ofShared();
        try {
            var manifest = manifest(directory);
            checkSizes(directory, manifest);
            var file = SafetensorsFile.map(directory.resolve(WEIGHTS), arena);
            var weights = new HashMap<String, StoredWeight>();
            for (var matrix : manifest.weights()) {
                weights.put(matrix.name(), stored(matrix, file));
            }
            return new Artifact(directory, manifest, weights, arena);
        } catch (Throwable t) {
            arena.close();
            throw t;
        }
    }

    private static ArtifactManifest manifest(Path directory) {
        var file = directory.resolve(MANIFEST);
        try {
            if (Files.size(file) > MAXIMUM_MANIFEST_BYTES) {
                throw new InvalidModelException(file, "expected at most %d bytes".formatted(MAXIMUM_MANIFEST_BYTES));
            }
            var tree = JSON.readTree(file.toFile());
            int version = tree.path("formatVersion").asInt();
            if (version != ArtifactManifest.FORMAT_VERSION) {
                throw new InvalidModelException(
                        file,
                        "formatVersion: expected %d, found %d; convert the model again"
                                .formatted(ArtifactManifest.FORMAT_VERSION, version));
            }
            return JSON.treeToValue(tree, ArtifactManifest.class);
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(file, "is not an artifact's manifest: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidModelException(file, "cannot be read: " + e.getMessage(), e);
        }
    }

    private static void checkSizes(Path directory, ArtifactManifest manifest) {
        if (!manifest.files().containsKey(WEIGHTS)) {
            throw new InvalidModelException(directory.resolve(MANIFEST), "files: expected " + WEIGHTS);
        }
        manifest.files().forEach((name, bytes) -> {
            var file = directory.resolve(name);
            try {
                long found = Files.size(file);
                if (found != bytes) {
                    throw new InvalidModelException(file, "expected %d bytes, found %d".formatted(bytes, found));
                }
            } catch (IOException e) {
                throw new InvalidModelException(file, "is missing from the artifact", e);
            }
        });
    }

    private static StoredWeight stored(StoredMatrix matrix, SafetensorsFile file) {
        var name = matrix.name();
        long rows = matrix.rows();
        long columns = matrix.columns();
        return switch (matrix.format()) {
            case WeightFormat.Dense dense ->
                new StoredWeight.Dense(rows, columns, dense.type(), data(file, name, dense.type(), rows, columns));
            case WeightFormat.Blocks format ->
                new StoredWeight.Quantized(
                        rows,
                        columns,
                        format.bits(),
                        format.block(),
                        data(file, name + WeightConverter.VALUES, ElementType.UINT8, rows, format.valueBytes(columns)),
                        data(file, name + WeightConverter.SCALES, ElementType.FLOAT, rows, format.blocks(columns)),
                        data(
                                file,
                                name + WeightConverter.ZERO_POINTS,
                                ElementType.UINT8,
                                rows,
                                format.zeroPointBytes(columns)));
        };
    }

    private static MemorySegment data(SafetensorsFile file, String name, ElementType type, long rows, long columns) {
        var tensor = file.tensor(name);
        if (tensor.type() != type || !tensor.shape().equals(List.of(rows, columns))) {
            throw new InvalidModelException(
                    file.path(),
                    "tensor %s: expected %s [%d, %d], found %s %s"
                            .formatted(name, type, rows, columns, tensor.type(), tensor.shape()));
        }
        return tensor.data();
    }

    /** Where config.json, tokenizer.json and the others lie. */
    public Path directory() {
        return directory;
    }

    /** What it says of itself. */
    public ArtifactManifest manifest() {
        return manifest;
    }

    @Override
    public StoredWeight get(String name) {
        var weight = weights.get(name);
        if (weight == null) {
            throw new InvalidModelException(directory, "there is no weight " + name);
        }
        return weight;
    }

    @Override
    public void close() {
        arena.close();
    }
}
