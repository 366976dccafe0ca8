package dev.windlass.model.digest;

import dev.windlass.model.work.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The SHA-256 of files as {@code sha256sum} has it: several files at once, each read once for as long as it stays what it is. */
public final class FileDigests {
    private static final int READ_BYTES = 1 << 20;

    private final DigestNotes notes;
    private final Workers workers;

    /** Is told how far the reading is, several times a second, by the thread that asked for it. */
    @FunctionalInterface
    public interface Progress {
        /** @param done,total bytes of the files that have to be read */
        void update(long done, long total);
    }

    /**
     * @param memory where digests are remembered
     * @param threads how many files are read at once
     */
    public FileDigests(Path memory, int threads) {
        this.notes = new DigestNotes(memory, ".sha256.json");
        this.workers = Workers.computing("sha256", threads);
    }

    /** The digest of each file, in the order given. */
    public List<Sha256> of(List<Path> files, Progress progress) throws IOException {
        Map<Path, Sha256> digests = new ConcurrentHashMap<>();
        var tasks = new ArrayList<Workers.Task>();
        var done = new AtomicLong();
        long total = 0;
        for (var file : files) {
            var known = known(file);
            if (known.isPresent()) {
                digests.put(file, known.get());
            } else {
                total += Files.size(file);
                tasks.add(() -> digests.put(file, read(file, done)));
            }
        }
        if (!tasks.isEmpty()) {
            long all = total;
            workers.run(tasks, () -> progress.update(done.get(), all));
        }
        var result = new ArrayList<Sha256>();
        for (var file : files) {
            result.add(Optional.ofNullable(digests.get(file)).orElseThrow());
        }
        return result;
    }

    /** What somebody else has found, such as one who checked a download. */
    public void remember(Path file, Sha256 digest) throws IOException {
        notes.remember(file, DigestNotes.state(file), digest.hex());
    }

    private Optional<Sha256> known(Path file) throws IOException {
        return notes.remembered(file).filter(Sha256::isOne).map(Sha256::new);
    }

    private Sha256 read(Path file, AtomicLong done) throws IOException {
        var state = DigestNotes.state(file);
        var digest = read(file, done::addAndGet);
        notes.remember(file, state, digest.hex());
        return digest;
    }

    /** Reads a file, whatever is remembered of it. */
    public static Sha256 read(Path file) throws IOException {
        return read(file, _ -> {});
    }

    private static Sha256 read(Path file, java.util.function.LongConsumer counter) throws IOException {
        var digest = Sha256.start();
        var buffer = new byte[READ_BYTES];
        try (var stream = Files.newInputStream(file)) {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                digest.update(buffer, 0, read);
                counter.accept(read);
            }
        }
        return Sha256.result(digest.digest());
    }
}
