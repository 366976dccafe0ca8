package dev.windlass.model;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where Windlass keeps what it can make or fetch again: downloaded models, converted weights and digests.
 *
 * @param root may not exist yet
 */
public record CacheDirectory(Path root) {
    /** {@code $WINDLASS_CACHE}, or {@code $XDG_CACHE_HOME/windlass}, or {@code .cache/windlass} in the home. */
    public static CacheDirectory standard(Map<String, String> environment, Path home) {
        var own = environment.getOrDefault("WINDLASS_CACHE", "");
        if (!own.isBlank()) {
            return new CacheDirectory(Path.of(own));
        }
        var shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        return new CacheDirectory(
                shared.isBlank()
                        ? home.resolve(".cache", "windlass")
                        : Path.of(shared).resolve("windlass"));
    }

    /** Models as they were published. */
    public Path models() {
        return root.resolve("models");
    }

    /** Models as they are served. */
    public Path artifacts() {
        return root.resolve("artifacts");
    }

    /** The digests of files that were read once. */
    public Path digests() {
        return root.resolve("digests");
    }
}
