package dev.windlass.server.load;

import dev.windlass.model.artifact.Progress;
import dev.windlass.model.digest.Sha256;
import org.jspecify.annotations.Nullable;

/** Is told how far loading is. */
public interface LoadListener {
    /** Hears nothing. */
    LoadListener NONE = new LoadListener() {};

    /** How far the download is, in bytes; a total of 0 is not known yet. */
    default void downloading(long done, long total) {}

    /**
     * Its files are here.
     *
     * @param revision what its source calls them; empty where that has no name for it
     * @param digest theirs, where somebody looked; null where nobody did
     */
    default void fetched(String revision, @Nullable Sha256 digest) {}

    /** How far the conversion is. */
    default void converting(Progress.Phase phase, long done, long total) {}

    /** Its files are here and converted: what is left is to open and to warm it. */
    default void opening() {}

    /** Tells another as well. */
    default LoadListener and(LoadListener other) {
        LoadListener first = this;
        return new LoadListener() {
            @Override
            public void downloading(long done, long total) {
                first.downloading(done, total);
                other.downloading(done, total);
            }

            @Override
            public void fetched(String revision, @Nullable Sha256 digest) {
                first.fetched(revision, digest);
                other.fetched(revision, digest);
            }

            @Override
            public void converting(Progress.Phase phase, long done, long total) {
                first.converting(phase, done, total);
                other.converting(phase, done, total);
            }

            @Override
            public void opening() {
                first.opening();
                other.opening();
            }
        };
    }
}
