package dev.windlass.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;

/** One model at its source: which files it has, and their bytes. Thread-safe. */
interface Origin extends AutoCloseable {
    /** Those of the names that are there. */
    List<RemoteFile> files(Collection<String> names) throws IOException;

    /**
     * Bytes {@code from} to the end of a file.
     *
     * @param from 0 unless the file can be had in ranges
     * @param to where the part wanted ends; the stream may go on after it
     */
    InputStream open(RemoteFile file, long from, long to) throws IOException;

    @Override
    void close();
}
