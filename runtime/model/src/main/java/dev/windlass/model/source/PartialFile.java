package dev.windlass.model.source;

import dev.windlass.model.digest.FileDigests;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A file on its way: its bytes in {@code NAME.part}, and in {@code NAME.parts} which version they are of and which parts
 * are there, so that the next process goes on where this one was stopped.
 */
final class PartialFile implements AutoCloseable {
    private final RemoteFile file;
    private final Path directory;
    private final long partBytes;
    private final BitSet finished;
    private final FileChannel channel;

    private PartialFile(RemoteFile file, Path directory, long partBytes, BitSet finished, FileChannel channel) {
        this.file = file;
        this.directory = directory;
        this.partBytes = partBytes;
        this.finished = finished;
        this.channel = channel;
    }

    /** A range of bytes. */
    record Part(int index, long from, long to) {}

    static PartialFile open(Path directory, RemoteFile file, long partBytes) throws IOException {
        long part = file.ranges() ? partBytes : Math.max(1, file.bytes());
        var notes = directory.resolve(file.name() + ".parts");
        var data = directory.resolve(file.name() + ".part");
        Files.createDirectories(data.getParent());
        var finished = new BitSet();
        var title = "%s %d %d".formatted(file.version(), file.bytes(), part);
        var lines = Files.exists(notes) && Files.exists(data) ? Files.readAllLines(notes) : List.<String>of();
        if (!file.version().isEmpty() && !lines.isEmpty() && lines.getFirst().equals(title)) {
            lines.stream()
                    .skip(1)
                    .filter(l -> l.matches("\\d{1,7}\\."))
                    .forEach(l -> finished.set(Integer.parseInt(l.substring(0, l.length() - 1))));
        } else {
            Files.deleteIfExists(data);
            Files.writeString(notes, title + "\n");
        }
        var channel = FileChannel.open(data, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return new PartialFile(file, directory, part, finished, channel);
    }

    RemoteFile file() {
        return file;
    }

    List<Part> missing() {
        var missing = new ArrayList<Part>();
        long count = Math.ceilDiv(file.bytes(), partBytes);
        for (int i = 0; i < count; i++) {
            if (!finished.get(i)) {
                missing.add(new Part(i, i * partBytes, Math.min(file.bytes(), (i + 1) * partBytes)));
            }
        }
        return missing;
    }

    void write(ByteBuffer bytes, long at) {
        try {
            long position = at;
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
        } catch (IOException e) {
            throw new SourceException(Reason.NO_SPACE, directory, "cannot be written: " + e.getMessage(), e);
        }
    }

    synchronized void finish(Part part) throws IOException {
        // The full stop tells a whole line from one cut off by a crash.
        Files.writeString(directory.resolve(file.name() + ".parts"), part.index() + ".\n", StandardOpenOption.APPEND);
    }

    /**
     * Checks the whole file and gives it its name.
     *
     * @param digests hears what it turned out to be, where that was looked at
     */
    void complete(FileDigests digests) throws IOException {
        channel.force(true);
        channel.close();
        var data = directory.resolve(file.name() + ".part");
        var notes = directory.resolve(file.name() + ".parts");
        long bytes = Files.size(data);
        var found = file.sha256().isPresent() ? FileDigests.read(data).hex() : "";
        if (bytes != file.bytes() || !found.equals(file.sha256().orElse(""))) {
            Files.delete(data);
            Files.delete(notes);
            throw new SourceException(
                    Reason.DAMAGED,
                    directory.resolve(file.name()),
                    "expected %d bytes with SHA-256 %s, found %d with %s; try again"
                            .formatted(file.bytes(), file.sha256().orElse("unknown"), bytes, found));
        }
        var complete = directory.resolve(file.name());
        Files.move(data, complete, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(notes);
        if (!found.isEmpty()) {
            digests.remember(complete, new Sha256(found));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
