package dev.windlass.model.source;

import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of one model on this disk.
 *
 * @param base has a directory for each version, and {@code refs} for what a name meant last
 * @param folder the part of the model's repository, or empty
 */
record Versions(Path base, String folder) {
    private static final Logger LOG = LoggerFactory.getLogger(Versions.class);
    private static final String MARKER = ".complete";

    /** Finds the version that is meant now, and has it downloaded. */
    @FunctionalInterface
    interface Latest {
        String find() throws IOException;
    }

    Path directory(String version) {
        return base.resolve(version).resolve(folder);
    }

    Path lockFile(String version) {
        return base.resolve(digest(version + "/" + folder) + ".lock");
    }

    boolean isComplete(String version) {
        return Files.exists(directory(version).resolve(MARKER));
    }

    void complete(String version) throws IOException {
        Files.writeString(directory(version).resolve(MARKER), "");
    }

    /** The latest version, or the one known last when the source does not answer. */
    String latestUnlessUnreachable(ModelSource source, String name, Latest latest) throws IOException {
        var reference = base.resolve("refs").resolve(digest(name + "/" + folder));
        try {
            var version = latest.find();
            Files.createDirectories(reference.getParent());
            var draft = Files.createTempFile(reference.getParent(), "ref", ".tmp");
            Files.writeString(draft, version);
            Files.move(draft, reference, StandardCopyOption.ATOMIC_MOVE);
            return version;
        } catch (SourceException e) {
            if (e.reason() != Reason.UNREACHABLE || !Files.exists(reference)) {
                throw e;
            }
            var known = Files.readString(reference);
            if (!known.matches("[0-9a-f]{1,64}") || !isComplete(known)) {
                throw e;
            }
            LOG.warn("serving {} as it was last seen: {}", source, e.getMessage());
            return known;
        }
    }

    /** A name for exactly these files. */
    static String of(List<RemoteFile> files) {
        var text = new StringBuilder();
        files.stream()
                .sorted(Comparator.comparing(RemoteFile::name))
                .forEach(f -> text.append("%s %d %s%n".formatted(f.name(), f.bytes(), f.version())));
        return digest(text.toString());
    }

    static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
