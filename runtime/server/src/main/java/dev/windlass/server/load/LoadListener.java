package dev.windlass.server.load;

import dev.windlass.model.artifact.Progress;

/** Is told how far loading is. */
public interface LoadListener {
    /** Hears nothing. */
    LoadListener NONE = new LoadListener() {};

    /** How far the download is, in bytes; a total of 0 is not known yet. */
    default void downloading(long done, long total) {}

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
