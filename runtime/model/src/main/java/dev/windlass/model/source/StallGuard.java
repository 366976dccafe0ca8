package dev.windlass.model.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes streams that give nothing for too long: the JDK's client bounds the wait for an answer, not for its body. */
final class StallGuard implements AutoCloseable {
    private final Set<Watched> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("windlass-stall-guard").factory());
    private final ScheduledFuture<?> check;
    private final Duration most;

    StallGuard(Duration most) {
        this.most = most;
        long period = Math.max(1, most.toMillis() / 4);
        check = clock.scheduleAtFixedRate(() -> open.forEach(Watched::check), period, period, TimeUnit.MILLISECONDS);
    }

    /** The same stream, watched until it is closed. */
    InputStream watch(InputStream stream) {
        var watched = new Watched(stream);
        open.add(watched);
        return watched;
    }

    @Override
    public void close() {
        check.cancel(true);
        clock.close();
    }

    private final class Watched extends FilterInputStream {
        private volatile long last = System.nanoTime();
        private volatile boolean stalled;

        Watched(InputStream stream) {
            super(stream);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            last = System.nanoTime();
            try {
                int read = super.read(target, offset, length);
                if (read >= 0 || !stalled) {
                    return read;
                }
            } catch (IOException e) {
                if (!stalled) {
                    throw e;
                }
            }
            throw new IOException("nothing came for %d s".formatted(most.toSeconds()));
        }

        private void check() {
            if (System.nanoTime() - last > most.toNanos()) {
                stalled = true;
                try {
                    super.close();
                } catch (IOException e) {
                    stalled = true; // the reader's own failure says it all
                }
            }
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            super.close();
        }
    }
}
