package dev.windlass.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of TLS, looked at again and again, and what somebody makes of them. It looks at what they say and not at their events: those miss mounted
 * Secrets, which change by a link. Files that do not go together are reported, and what was before stays.
 *
 * @param <T> what is made of them
 */
public final class TlsFileWatch<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFileWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final TlsFiles files;
    private final Function<TlsMaterial, T> maker;
    private final Thread thread;
    private Contents seen;
    private volatile T current;
    private volatile boolean closed;

    private TlsFileWatch(TlsFiles files, Function<TlsMaterial, T> maker) throws IOException {
        this.files = files;
        this.maker = maker;
        this.seen = Contents.read(files);
        this.current = maker.apply(seen.material(files));
        this.thread = Thread.ofVirtual().name("certificates").unstarted(this::watch);
    }

    /**
     * Reads the files, and goes on to look for changes.
     *
     * @param maker makes what is {@link #current()} from then on; what it throws leaves all as it is
     * @throws UncheckedIOException where a file cannot be read
     * @throws IllegalArgumentException where they are not what they should be
     */
    public static <T> TlsFileWatch<T> start(TlsFiles files, Function<TlsMaterial, T> maker) {
        try {
            var watch = new TlsFileWatch<>(files, maker);
            watch.thread.start();
            return watch;
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be read".formatted(e.getMessage()), e);
        }
    }

    public T current() {
        return current;
    }

    private void watch() {
        LockSupport.parkNanos(LOOK.toNanos());
        while (!closed) {
            look();
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private void look() {
        try {
            var contents = Contents.read(files);
            if (!contents.isSame(seen)) {
                seen = contents;
                var material = contents.material(files);
                current = maker.apply(material);
                LOG.info("{} was read anew; it expires at {}", files.certificate(), material.expires());
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the certificate stays as it is: {}", e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** What the files say. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Contents(byte[] certificate, byte[] key, byte @Nullable [] authorities) {
        static Contents read(TlsFiles files) throws IOException {
            Path authorities = files.authorities();
            return new Contents(
                    Files.readAllBytes(files.certificate()),
                    Files.readAllBytes(files.key()),
                    authorities == null ? null : Files.readAllBytes(authorities));
        }

        boolean isSame(Contents other) {
            return Arrays.equals(certificate, other.certificate)
                    && Arrays.equals(key, other.key)
                    && Arrays.equals(authorities, other.authorities);
        }

        TlsMaterial material(TlsFiles files) {
            return TlsMaterial.parse(files, certificate, key, authorities);
        }
    }
}
