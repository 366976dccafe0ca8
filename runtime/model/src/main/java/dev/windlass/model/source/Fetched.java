package dev.windlass.model.source;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A model on this machine.
 *
 * @param revision what a branch or a tag turned out to mean: a commit, or the digest of a manifest; empty where the source
 *     has no such thing
 */
public record Fetched(Path directory, String revision) {
    public Fetched {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(revision, "revision");
    }
}
