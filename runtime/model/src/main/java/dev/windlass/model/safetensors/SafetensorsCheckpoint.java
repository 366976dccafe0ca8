package dev.windlass.model.safetensors;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.weight.Checkpoint;
import dev.windlass.model.weight.Tensor;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a model's directory: {@code model.safetensors}, or the shards that {@code model.safetensors.index.json}
 * names. It owns the mappings: closing it ends the life of every tensor, which no thread may be reading then.
 */
public final class SafetensorsCheckpoint implements Checkpoint, AutoCloseable {
    /** All weights in one file. */
    public static final String SINGLE = "model.safetensors";

    /** Says which shard has which tensor. */
    public static final String INDEX = "model.safetensors.index.json";

    private final Path directory;
    private final Arena arena;
    private final List<SafetensorsFile> files;
    private final Map<String, Tensor> tensors;

    private SafetensorsCheckpoint(
            Path directory, Arena arena, List<SafetensorsFile> files, Map<String, Tensor> tensors) {
        this.directory = directory;
        this.arena = arena;
        this.files = List.copyOf(files);
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Maps the weights of a directory in the layout of Hugging Face.
     *
     * @throws InvalidModelException when there are none, or a file is not what it or the index says
     */
    @SuppressWarnings("MustBeClosedChecker") // the checkpoint returned owns the arena
    public static SafetensorsCheckpoint open(Path directory) {
        var arena = Arena.ofShared();
        try {
            return Files.exists(directory.resolve(SINGLE)) ? single(directory, arena) : sharded(directory, arena);
        } catch (Throwable t) {
            arena.close();
            throw t;
        }
    }

    private static SafetensorsCheckpoint single(Path directory, Arena arena) {
        var file = SafetensorsFile.map(directory.resolve(SINGLE), arena);
        return new SafetensorsCheckpoint(directory, arena, List.of(file), file.tensors());
    }

    private static SafetensorsCheckpoint sharded(Path directory, Arena arena) {
        var index = directory.resolve(INDEX);
        if (!Files.exists(index)) {
            throw new InvalidModelException(directory, "expected %s or %s, found neither".formatted(SINGLE, INDEX));
        }
        Map<String, String> shards = ShardIndex.read(index);
        var files = new ArrayList<SafetensorsFile>();
        var tensors = new LinkedHashMap<String, Tensor>();
        for (var shard : new LinkedHashSet<>(shards.values())) {
            var file = SafetensorsFile.map(directory.resolve(shard), arena);
            files.add(file);
            for (var name : file.tensors().keySet()) {
                if (!shard.equals(shards.get(name))) {
                    throw new InvalidModelException(
                            file.path(),
                            "has tensor %s, which %s places in %s"
                                    .formatted(name, INDEX, shards.getOrDefault(name, "no file")));
                }
            }
            tensors.putAll(file.tensors());
        }
        shards.forEach((name, shard) -> {
            if (!tensors.containsKey(name)) {
                throw new InvalidModelException(
                        index, "says that tensor %s is in %s, which does not have it".formatted(name, shard));
            }
        });
        return new SafetensorsCheckpoint(directory, arena, files, tensors);
    }

    /** The directory it was opened from. */
    public Path directory() {
        return directory;
    }

    /** The files mapped, in the order of the index. */
    public List<SafetensorsFile> files() {
        return files;
    }

    /** The names of all tensors. */
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public Optional<Tensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    @Override
    public void close() {
        arena.close();
    }
}
