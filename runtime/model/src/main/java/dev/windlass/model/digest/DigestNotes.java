package dev.windlass.model.digest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Remembers the digests of files with their path, identity, size and time, so that a second start reads nothing.
 *
 * @param memory the directory of the notes
 * @param kind what kind of digest these are, as the end of a note's name: two kinds of one file do not meet
 */
public record DigestNotes(Path memory, String kind) {
    /** A file written this recently could change again within the clock of its file system. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    private static final JsonMapper JSON = new JsonMapper();

    /** What was known of a file when it was read. */
    public record Known(String path, String identity, long bytes, String modified, String digest) {}

    /** What a file is now, without a digest. */
    public static Known state(Path file) throws IOException {
        return state(file, "");
    }

    /** Its digest, if the file is still what it was. */
    public Optional<String> remembered(Path file) throws IOException {
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

    /** @param state what the file was before it was read */
    public void remember(Path file, Known state, String digest) throws IOException {
        boolean settled = Instant.parse(state.modified()).isBefore(Instant.now().minus(SETTLED));
        if (!settled || !state.equals(state(file))) {
            return;
        }
        Files.createDirectories(memory);
        var draft = Files.createTempFile(memory, "note", ".tmp");
        JSON.writeValue(
                draft.toFile(), new Known(state.path(), state.identity(), state.bytes(), state.modified(), digest));
        Files.move(draft, note(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Known withDigest(Path file, Known known) {
        try {
            return state(file, known.digest());
        } catch (IOException e) {
            return new Known("", "", 0, "", "");
        }
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
        return memory.resolve(Sha256.of(file.toRealPath().toString()).hex() + kind);
    }
}
