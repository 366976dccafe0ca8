package dev.windlass.model.artifact;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.InvalidModelException;
import dev.windlass.model.ModelFiles;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.safetensors.SafetensorsCheckpoint;
import dev.windlass.model.safetensors.SafetensorsFile;
import dev.windlass.model.weight.Quantization;
import dev.windlass.model.weight.Weight;
import dev.windlass.model.work.DirectoryLock;
import dev.windlass.model.work.Workers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts each model once: keeps artifacts by the digest of everything that went into them. */
public final class ArtifactCache {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);
    private static final Duration LOCK_DEADLINE = Duration.ofHours(2);
    private static final long SMALL_FILE_BYTES = 256 << 20;

    private final CacheDirectory cache;
    private final Workers workers;

    /** @param threads how many threads read and quantise */
    public ArtifactCache(CacheDirectory cache, int threads) {
        this.cache = cache;
        this.workers = Workers.computing("convert", threads);
    }

    /** What the artifact is made from, all of it checked and none of the weights read. */
    private record Plan(
            Conversion conversion, Quantization quantization, List<Weight> weights, List<Path> supporting) {}

    /**
     * The artifact of a model: the directory itself where it is one, else the one kept, else a new one.
     *
     * @throws InvalidModelException when the model's files cannot be used
     * @throws IOException when files cannot be read or written
     */
    public Artifact obtain(Conversion conversion, Progress progress) throws IOException {
        if (Artifact.isArtifact(conversion.directory())) {
            return given(conversion);
        }
        try (var checkpoint = SafetensorsCheckpoint.open(conversion.directory())) {
            var weights = conversion.plan().apply(checkpoint);
            var quantization = conversion.quantization().resolve(parameters(weights));
            var plan = new Plan(conversion, quantization, weights, supporting(conversion.directory()));
            var key = key(plan, checkpoint, progress);
            var target = cache.artifacts().resolve(key);
            var kept = kept(target);
            if (kept.isPresent()) {
                return kept.get();
            }
            var lock = cache.artifacts().resolve(key + ".lock");
            try (var _ =
                    DirectoryLock.acquire(lock, LOCK_DEADLINE, () -> progress.update(Progress.Phase.WAITING, 0, 0))) {
                var written = kept(target);
                return written.isPresent() ? written.get() : convert(plan, key, target, progress);
            }
        }
    }

    private static Artifact given(Conversion conversion) {
        var artifact = Artifact.open(conversion.directory());
        var found = artifact.manifest().quantization();
        var wanted = conversion.quantization();
        if (wanted != Quantization.AUTO && wanted != found) {
            artifact.close();
            throw new InvalidModelException(
                    conversion.directory(), "is an artifact of quantization %s, asked for %s".formatted(found, wanted));
        }
        return artifact;
    }

    private static Optional<Artifact> kept(Path target) {
        if (!Files.exists(target)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Artifact.open(target));
        } catch (InvalidModelException e) {
            LOG.debug("not usable: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Artifact convert(Plan plan, String key, Path target, Progress progress) throws IOException {
        if (Files.exists(target)) {
            LOG.warn("{} is damaged or of another version: converting again", target);
        }
        var draft = target.resolveSibling(key + ".tmp");
        delete(draft);
        Files.createDirectories(draft);
        try {
            write(plan, key, draft, progress);
            delete(target);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            force(cache.artifacts());
        } catch (Throwable t) {
            delete(draft);
            throw t;
        }
        return Artifact.open(target);
    }

    private void write(Plan plan, String key, Path draft, Progress progress) throws IOException {
        var converter = new WeightConverter(plan.quantization(), workers);
        var files = new TreeMap<String, Long>();
        for (var file : plan.supporting()) {
            var name = plan.conversion().directory().relativize(file);
            var copy = draft.resolve(name.toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
            force(copy);
            files.put(name.toString(), Files.size(copy));
        }
        converter.write(draft.resolve(Artifact.WEIGHTS), plan.weights(), progress);
        files.put(Artifact.WEIGHTS, Files.size(draft.resolve(Artifact.WEIGHTS)));
        var manifest = new ArtifactManifest(
                ArtifactManifest.FORMAT_VERSION,
                key,
                plan.conversion().source(),
                plan.conversion().family(),
                plan.quantization(),
                parameters(plan.weights()),
                files,
                converter.matrices(plan.weights()));
        var file = draft.resolve(Artifact.MANIFEST);
        Artifact.JSON.writeValue(file.toFile(), manifest);
        force(file);
        force(draft);
    }

    /** The digest of the format, the options, the weights wanted and every file's content. */
    private String key(Plan plan, SafetensorsCheckpoint checkpoint, Progress progress) throws IOException {
        var files = new ArrayList<>(plan.supporting());
        checkpoint.files().stream().map(SafetensorsFile::path).forEach(files::add);
        var digests = new ContentDigest(cache.digests(), workers).of(files, progress);
        var key = Sha256.start();
        var lines = new ArrayList<String>();
        lines.add("windlass artifact " + ArtifactManifest.FORMAT_VERSION + " " + plan.quantization());
        for (var weight : plan.weights()) {
            lines.add("weight %s %s %d %d".formatted(weight.name(), weight.role(), weight.rows(), weight.columns()));
        }
        for (int i = 0; i < files.size(); i++) {
            lines.add("file %s %s".formatted(files.get(i).getFileName(), digests.get(i)));
        }
        lines.forEach(line -> key.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(key.digest()).substring(0, 40);
    }

    private static List<Path> supporting(Path directory) throws IOException {
        var files = ModelFiles.supporting().stream()
                .map(directory::resolve)
                .filter(Files::exists)
                .sorted()
                .toList();
        for (var file : files) {
            long bytes = Files.size(file);
            if (bytes > SMALL_FILE_BYTES) {
                throw new InvalidModelException(
                        file, "expected at most %d bytes, found %d".formatted(SMALL_FILE_BYTES, bytes));
            }
        }
        return files;
    }

    private static long parameters(List<Weight> weights) {
        return weights.stream().mapToLong(w -> w.rows() * w.columns()).sum();
    }

    private static void force(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
