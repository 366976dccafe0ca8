package dev.windlass.model.source;

import dev.windlass.model.digest.FileDigests;
import dev.windlass.model.source.SourceException.Reason;
import dev.windlass.model.work.Workers;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Brings files into a directory: a few parts at a time, each resumed where it broke off. */
final class Downloader {
    private static final int CONNECTIONS = 4;
    private static final int BUFFER_BYTES = 256 << 10;

    /** What is kept free on the disk. */
    private static final long MARGIN_BYTES = 64 << 20;

    private final RetryPolicy policy;
    private final long partBytes;
    private final FileDigests digests;
    private final Workers workers = Workers.waiting("download", CONNECTIONS);

    Downloader(RetryPolicy policy, long partBytes, FileDigests digests) {
        this.policy = policy;
        this.partBytes = partBytes;
        this.digests = digests;
    }

    /** Downloads what is not there yet. */
    void fetch(Origin origin, List<RemoteFile> files, Path directory, DownloadProgress progress) throws IOException {
        Files.createDirectories(directory);
        var partials = new ArrayList<PartialFile>();
        try (var guard = new StallGuard(policy.stall())) {
            long total = 0;
            long missing = 0;
            var tasks = new ArrayList<Workers.Task>();
            var done = new AtomicLong();
            for (var file : files) {
                var partial = PartialFile.open(directory, file, partBytes);
                partials.add(partial);
                total += file.bytes();
                for (var part : partial.missing()) {
                    missing += part.to() - part.from();
                    tasks.add(() -> {
                        fetch(origin, partial, part, guard, done);
                        partial.finish(part);
                    });
                }
            }
            checkSpace(directory, missing);
            done.set(total - missing);
            long all = total;
            workers.run(tasks, () -> progress.update(done.get(), all));
            for (var partial : partials) {
                partial.complete(digests);
            }
        } finally {
            for (var partial : partials) {
                partial.close();
            }
        }
    }

    private static void checkSpace(Path directory, long missing) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (missing > 0 && missing + MARGIN_BYTES > free) {
            throw new SourceException(
                    Reason.NO_SPACE,
                    directory,
                    "%d MB are to be downloaded, and the disk has %d MB left".formatted(missing >> 20, free >> 20));
        }
    }

    private void fetch(Origin origin, PartialFile partial, PartialFile.Part part, StallGuard guard, AtomicLong done)
            throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        boolean ranges = partial.file().ranges();
        int failures = 0;
        long at = part.from();
        while (at < part.to()) {
            long before = at;
            try (var body = guard.watch(origin.open(partial.file(), at, part.to()))) {
                while (at < part.to()) {
                    int read = body.read(buffer, 0, (int) Math.min(buffer.length, part.to() - at));
                    if (read < 0) {
                        throw new EOFException("the connection closed early");
                    }
                    partial.write(ByteBuffer.wrap(buffer, 0, read), at);
                    at += read;
                    done.addAndGet(read);
                }
            } catch (IOException e) {
                failures = ranges && at > before ? 1 : failures + 1;
                if (!ranges) {
                    done.addAndGet(part.from() - at);
                    at = part.from();
                }
                policy.pause(partial.file().name(), failures, e);
            }
        }
    }
}
