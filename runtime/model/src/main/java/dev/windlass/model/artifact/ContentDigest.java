package dev.windlass.model.artifact;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.model.work.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Digests of files' contents. A file is read in parallel parts, and its digest is that of the parts' SHA-256; it is
 * remembered with the file's path, identity, size and time, so that a second start reads nothing.
 */
final class ContentDigest {
    private static final int PART_BYTES = 64 << 20;
    private static final int READ_BYTES = 1 << 20;

    /** A file written this recently could change again within the clock of its file system. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    private static final JsonMapper JSON = new JsonMapper();

    private final Path memory;
    private final Workers workers;

    ContentDigest(Path memory, Workers workers) {
        this.memory = memory;
        this.workers = workers;
    }

    /** What was known of a file when it was read. */
    record Known(String path, String identity, long bytes, String modified, String digest) {}

    /** The digest of each file, in hexadecimal and in the order given. */
    List<String> of(List<Path> files, Progress progress) throws IOException {
        var digests = new LinkedHashMap<Path, Optional<String>>();
        for (var file : files) {
            digests.put(file, remembered(file));
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
        var states = new LinkedHashMap<Path, Known>();
        var parts = new LinkedHashMap<Path, byte[][]>();
        var tasks = new ArrayList<Workers.Task>();
        for (var file : files) {
            var state = state(file, "");
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
            var digest = sha256();
            for (var part : parts.getOrDefault(file.getKey(), new byte[0][])) {
                digest.update(part);
            }
            var hex = HexFormat.of().formatHex(digest.digest());
            result.put(file.getKey(), hex);
            remember(file.getKey(), file.getValue(), hex);
        }
        return result;
    }

    private static byte[] part(Path file, long from, AtomicLong done) throws IOException {
        var digest = sha256();
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

    private Optional<String> remembered(Path file) throws IOException {
        var note = note(file);
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        try {
            var known = JSON.readValue(note.toFile(), Known.class);
            return Optional.of(known).filter(k -> k.equals(withDigest(file, k))).map(Known::digest);
        } catch (IOException e) {
            return Optional.empty(); // a note is only ever a shortcut
        }
    }

    private static Known withDigest(Path file, Known known) {
        try {
            return state(file, known.digest());
        } catch (IOException e) {
            return new Known("", "", 0, "", "");
        }
    }

    private void remember(Path file, Known state, String digest) throws IOException {
        boolean settled = Instant.parse(state.modified()).isBefore(Instant.now().minus(SETTLED));
        if (!settled || !state.equals(state(file, ""))) {
            return;
        }
        Files.createDirectories(memory);
        var draft = Files.createTempFile(memory, "note", ".tmp");
        JSON.writeValue(
                draft.toFile(), new Known(state.path(), state.identity(), state.bytes(), state.modified(), digest));
        Files.move(draft, note(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Known state(Path file, String digest) throws IOException {
        var real = file.toRealPath();
        var attributes = Files.readAttributes(real, BasicFileAttributes.class);
        return new Known(
                real.toString(),
                String.valueOf(attributes.fileKey()),
                attributes.size(),
                attributes.lastModifiedTime().toInstant().toString(),
                digest);
    }

    private Path note(Path file) throws IOException {
        var name = sha256().digest(file.toRealPath().toString().getBytes(StandardCharsets.UTF_8));
        return memory.resolve(HexFormat.of().formatHex(name) + ".json");
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
