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
}
