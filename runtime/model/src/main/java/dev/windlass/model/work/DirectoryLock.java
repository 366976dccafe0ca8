package dev.windlass.model.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps other processes, and other threads of this one, from writing the same directory. */
public final class DirectoryLock implements AutoCloseable {
    private static final long POLL_MILLIS = 100;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the lock, calling {@code tick} now and then. */
    public static DirectoryLock acquire(Path file, Duration deadline, Runnable tick) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            long end = System.nanoTime() + deadline.toNanos();
            while (attempt(channel) == null) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException("%s: another process has held this lock for %d minutes"
                            .formatted(file, deadline.toMinutes()));
                }
                tick.run();
                Thread.sleep(POLL_MILLIS);
            }
            return new DirectoryLock(channel);
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (Throwable t) {
            channel.close();
            throw t;
        }
    }

    private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this process
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
