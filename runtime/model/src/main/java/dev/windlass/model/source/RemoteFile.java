package dev.windlass.model.source;

import dev.windlass.model.ModelFiles;
import java.util.Objects;
import java.util.Optional;

/**
 * One file of a model, where its source has it.
 *
 * @param name without folders, or {@link ModelFiles#POOLING}
 * @param location where the source finds it: an address or an object's key
 * @param version changes when the content does: a digest or an entity tag; empty when the source tells none
 * @param sha256 of the content, in hexadecimal
 * @param ranges whether parts of it can be asked for
 */
record RemoteFile(String name, String location, long bytes, String version, Optional<String> sha256, boolean ranges) {
    RemoteFile {
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(sha256, "sha256");
        if (!isName(name)) {
            throw new IllegalArgumentException("expected a plain file name, found " + name);
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("%s: expected a size, found %d".formatted(name, bytes));
        }
    }

    /** Whether a file of a model may be called so. */
    static boolean isName(String name) {
        return name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,250}") || name.equals(ModelFiles.POOLING);
    }
}
