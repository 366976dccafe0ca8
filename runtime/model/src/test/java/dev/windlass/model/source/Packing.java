package dev.windlass.model.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes tar files, also such as nobody should. */
final class Packing {
    private final List<Packed> entries = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Packed(TarArchiveEntry entry, byte[] content) {}

    Packing file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Packing file(String name, byte[] content) {
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        entries.add(new Packed(entry, content));
        return this;
    }

    /** What comes before an entry with a name that is longer than a header has room for. */
    Packing longName(int length) {
        var entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        entry.setSize(length);
        entries.add(new Packed(entry, "x".repeat(length).getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    Packing link(String name, String target) {
        var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        entries.add(new Packed(entry, new byte[0]));
        return this;
    }

    Packing other(String name, byte type) {
        entries.add(new Packed(new TarArchiveEntry(name, type, true), new byte[0]));
        return this;
    }

    byte[] tar() throws IOException {
        var bytes = new ByteArrayOutputStream();
        write(bytes);
        return bytes.toByteArray();
    }

    private void write(OutputStream stream) throws IOException {
        try (var tar = new TarArchiveOutputStream(stream, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (var one : entries) {
                tar.putArchiveEntry(one.entry());
                tar.write(one.content());
                tar.closeArchiveEntry();
            }
        }
    }

    byte[] tarGzip() throws IOException {
        var bytes = new ByteArrayOutputStream();
        write(new GZIPOutputStream(bytes));
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }
}
