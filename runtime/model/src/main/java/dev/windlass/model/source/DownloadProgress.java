package dev.windlass.model.source;

/** Is told how far a download is, several times a second, by the thread that asked for it. */
@FunctionalInterface
public interface DownloadProgress {
    /** @param done,total bytes of all files, those of earlier attempts included */
    void update(long done, long total);

    /**
     * The same of reading what was downloaded, to see whether it is what was asked for.
     *
     * @param done,total bytes of the files that nobody has read before
     */
    default void checking(long done, long total) {}
}
