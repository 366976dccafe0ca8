package dev.windlass.model.source;

/** Is told how far a download is, several times a second, by the thread that asked for it. */
@FunctionalInterface
public interface DownloadProgress {
    /** @param done,total bytes of all files, those of earlier attempts included */
    void update(long done, long total);
}
