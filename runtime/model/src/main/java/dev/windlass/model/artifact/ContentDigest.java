package dev.windlass.model.artifact;

import dev.windlass.model.digest.DigestNotes;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.work.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Digests of files' contents for this machine alone. A file is read in parallel parts, and its digest is that of the parts'
 * SHA-256, which is quicker to have than the SHA-256 of one large file; it is remembered.
 */
final class ContentDigest {
    private static final int PART_BYTES = 64 << 20;
    private static final int READ_BYTES = 1 << 20;

    private final DigestNotes notes;
    private final Workers workers;

    ContentDigest(Path memory, Workers workers) {
        this.notes = new DigestNotes(memory, ".json");
        this.workers = workers;
    }

    /** The digest of each file, in hexadecimal and in the order given. */
    List<String> of(List<Path> files, Progress progress) throws IOException {
        var digests = new LinkedHashMap<Path, Optional<String>>();
        for (var file : files) {
            digests.put(file, notes.remembered(file));
        }
        var unknown = files.stream()
                .filter(f -> digests.getOrDefault(f, Optional.empty()).isEmpty())
                .toList();
        read(unknown, progress).forEach((file, digest) -> digests.put(file, Optional.of(digest)));
        return digests.values().stream().map(Optional::orElseThrow).toList();
    }

    private Map<Path, String> read(List<Path> files, Progress progress) throws IOException {
        var done = new AtomicLong();
        long total = 0;
        var states = new LinkedHashMap<Path, DigestNotes.Known>();
        var parts = new LinkedHashMap<Path, byte[][]>();
        var tasks = new ArrayList<Workers.Task>();
        for (var file : files) {
            var state = DigestNotes.state(file);
            var digests = new byte[Math.toIntExact(Math.ceilDiv(state.bytes(), PART_BYTES))][];
            for (int part = 0; part < digests.length; part++) {
                int index = part;
                tasks.add(() -> digests[index] = part(file, (long) index * PART_BYTES, done));
            }
            states.put(file, state);
            parts.put(file, digests);
            total += state.bytes();
        }
        long all = total;
        if (!tasks.isEmpty()) {
            workers.run(tasks, () -> progress.update(Progress.Phase.DIGESTING, done.get(), all));
        }
        var result = new LinkedHashMap<Path, String>();
        for (var file : states.entrySet()) {
            var digest = Sha256.start();
            for (var part : parts.getOrDefault(file.getKey(), new byte[0][])) {
                digest.update(part);
            }
            var hex = HexFormat.of().formatHex(digest.digest());
            result.put(file.getKey(), hex);
            notes.remember(file.getKey(), file.getValue(), hex);
        }
        return result;
    }

    private static byte[] part(Path file, long from, AtomicLong done) throws IOException {
        var digest = Sha256.start();
        var buffer = new byte[READ_BYTES];
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long at = from;
            while (at < from + PART_BYTES) {
                int wanted = (int) Math.min(READ_BYTES, from + PART_BYTES - at);
                int read = channel.read(ByteBuffer.wrap(buffer, 0, wanted), at);
                if (read < 0) {
                    break;
                }
                digest.update(buffer, 0, read);
                at += read;
                done.addAndGet(read);
            }
        }
        return digest.digest();
    }
}
