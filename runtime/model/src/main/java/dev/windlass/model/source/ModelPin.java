package dev.windlass.model.source;

import dev.windlass.model.digest.FileDigests;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The digest by which a model is pinned, and computed by anybody: of an archive, the SHA-256 of its file; of a folder, that
 * of the list which {@code sha256sum} prints of the files that are loaded, in the order of their names' bytes.
 */
final class ModelPin {
    /** What an archive's file was, which is gone when its model is out. */
    private static final String ARCHIVE = ".archive.sha256";

    private final FileDigests digests;
    private final RetryPolicy policy;

    ModelPin(FileDigests digests, RetryPolicy policy) {
        this.digests = digests;
        this.policy = policy;
    }

    Sha256 ofFolder(Path directory, DownloadProgress progress) throws IOException {
        var names = DirectoryOrigin.loaded(directory, directory, policy);
        var found = digests.of(names.stream().map(directory::resolve).toList(), progress::checking);
        var list = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            list.append(found.get(i)).append("  ").append(names.get(i)).append('\n');
        }
        return Sha256.of(list.toString());
    }

    /** Whether it is known what archive a directory came out of. */
    static boolean isOfArchive(Path directory) {
        return Files.exists(directory.resolve(ARCHIVE));
    }

    static void noteArchive(Path directory, Sha256 digest) throws IOException {
        Files.writeString(directory.resolve(ARCHIVE), digest.hex());
    }

    static Sha256 ofArchive(Path directory) throws IOException {
        return new Sha256(Files.readString(directory.resolve(ARCHIVE)).strip());
    }

    static void require(Object source, Sha256 expected, Sha256 found) {
        if (!expected.equals(found)) {
            throw new SourceException(
                    Reason.MISMATCH,
                    source,
                    "expected a model of SHA-256 %s, found one of %s; it is not used".formatted(expected, found));
        }
    }
}
