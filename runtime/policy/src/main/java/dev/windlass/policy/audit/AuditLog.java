package dev.windlass.policy.audit;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where audit's lines go. A thread of its own writes them, so that no request waits for a disk: whoever comes while the queue is full leaves no
 * line, and is counted.
 */
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    /** Of entries with 128 KiB of text each at most. */
    private static final int LONGEST_QUEUE = 1024;

    private static final Duration FAREWELL = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final OutputStream out;
    private final AuditLine line;
    private final BlockingQueue<AuditEntry> queue;
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private boolean fails;
    private volatile boolean closed;

    private AuditLog(OutputStream out, Redactor redactor, int longestQueue) {
        this.out = out;
        this.line = new AuditLine(redactor);
        this.queue = new ArrayBlockingQueue<>(longestQueue);
        this.thread = Thread.ofPlatform().name("audit").daemon().start(this::write);
    }

    /** Writes to a stream, which is flushed and stays open. */
    public static AuditLog to(OutputStream out, Redactor redactor) {
        return to(out, redactor, LONGEST_QUEUE);
    }

    static AuditLog to(OutputStream out, Redactor redactor, int longestQueue) {
        return new AuditLog(new BufferedOutputStream(new Unclosed(out), 64 * 1024), redactor, longestQueue);
    }

    /**
     * Adds to a file, and makes it where it is not there.
     *
     * @throws UncheckedIOException where it cannot be written
     */
    public static AuditLog to(Path file, Redactor redactor) {
        try {
            var out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return new AuditLog(new BufferedOutputStream(out, 64 * 1024), redactor, LONGEST_QUEUE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes an entry, or leaves it out where there are too many. */
    void add(AuditEntry entry) {
        if (closed || !queue.offer(entry)) {
            dropped.increment();
        }
    }

    /** Lines that were written since the process began. */
    public long written() {
        return written.sum();
    }

    /** Entries that were left out, for want of room or since they could not be written. */
    public long dropped() {
        return dropped.sum();
    }

    private void write() {
        try {
            while (!closed || !queue.isEmpty()) {
                var entry = queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (entry != null) {
                    write(entry);
                }
            }
        } catch (InterruptedException tooLate) {
            Thread.currentThread().interrupt();
        } finally {
            dropped.add(queue.size());
            finish();
        }
    }

    /** By the thread that writes: whoever stops the process does not wait for a disk that hangs. */
    private void finish() {
        try {
            out.close();
        } catch (IOException e) {
            LOG.error("the end of the audit cannot be written: {}", e.toString());
        }
    }

    private void write(AuditEntry entry) {
        try {
            out.write(line.encode(entry));
            if (queue.isEmpty()) {
                out.flush();
            }
            written.increment();
            fails = false;
        } catch (IOException | RuntimeException e) {
            dropped.increment();
            if (!fails) {
                LOG.error("the audit cannot be written: {}", e.toString());
            }
            fails = true;
        }
    }

    /** Writes what there is, for a few seconds at most. */
    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(FAREWELL)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** Belongs to somebody else. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
