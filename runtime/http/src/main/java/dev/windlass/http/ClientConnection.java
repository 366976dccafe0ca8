package dev.windlass.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection. It wraps Helidon's, which by itself notices that a client left only when it writes; a
 * handler on the connection's thread finds the connection through {@link #current()}.
 */
public final class ClientConnection implements ServerConnection, InterruptableTask<Void> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
    private static final ScopedValue<ClientConnection> CURRENT = ScopedValue.newInstance();
    private static final byte[] PROBE = "HTTP/1.1 102 Processing\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final WatchedContext context;
    private final ReadAhead reader;
    private final ClientConnections.Timeouts timeouts;
    private final ClientCertificate certificate;
    private final Consumer<ClientConnection> onEnd;
    private @Nullable ServerConnection http;
    private volatile @Nullable Thread thread;
    private volatile long writingSince;
    private volatile boolean writing;

    ClientConnection(
            ConnectionContext context,
            ClientConnections.Timeouts timeouts,
            Supplier<Optional<Authorities>> authorities,
            Consumer<ClientConnection> onEnd) {
        this.timeouts = timeouts;
        this.certificate = new ClientCertificate(context.remotePeer(), authorities);
        this.reader = new ReadAhead(context.serverSocket(), timeouts);
        this.context = new WatchedContext(context, reader, new WatchedWriter(context.dataWriter()));
        this.onEnd = onEnd;
    }

    /** The connection whose request this thread handles. */
    public static ClientConnection current() {
        return CURRENT.get();
    }

    /** Who the client is, as the certificate says that it showed; asked anew for each request, since trust may end. */
    public Optional<Identity> client() {
        return certificate.identity();
    }

    /** The same for people, believed or not: what a certificate names, or that there is none. */
    public String describeClient() {
        return certificate.describe();
    }

    /** Says that the whole request is here, so that from now on the client may only wait or leave. */
    public void received() {
        reader.received();
    }

    /** Begins to watch for the client to leave. What it sends meanwhile is kept for the next request. */
    public void watch() {
        reader.watch();
    }

    /**
     * Begins to watch, and says once when the client closes its side or is lost, on another thread, unless the response is
     * complete by then.
     */
    public void watch(Runnable onEnd) {
        reader.watch(onEnd);
    }

    /** Whether the connection failed, so that the client has certainly left. */
    public boolean isBroken() {
        return reader.isBroken();
    }

    /**
     * Whether the client closed its side. It may have left, or only have nothing more to say; a write tells, since one
     * that has left answers it with a reset.
     */
    public boolean hasClosedItsSide() {
        return reader.hasEnded();
    }

    /**
     * Sends an interim response, which HTTP/1.1 clients skip, so that a later write fails if the client has left. Only
     * before the response has begun.
     */
    public void probe() {
        try {
            context.dataWriter().writeNow(BufferData.create(PROBE));
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    /** What to throw when a write failed: the client has left, so there is nobody to answer and nothing to log. */
    static CloseConnectionException lost(Exception cause) {
        return new CloseConnectionException("the client has left", cause);
    }

    /** Says that the response is complete. */
    public void answered() {
        reader.answered();
    }

    WatchedContext context() {
        return context;
    }

    void serveWith(ServerConnection connection) {
        this.http = connection;
    }

    void cutIfStalled(long now) {
        var worker = thread;
        if (writing && now - writingSince > timeouts.send().toNanos() && worker != null) {
            // Blocked in a write, and interrupting a virtual thread's socket operation closes the socket.
            worker.interrupt();
        }
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        thread = Thread.currentThread();
        try {
            ScopedValue.where(CURRENT, this).<@Nullable Void, InterruptedException>call(() -> {
                delegate().handle(limit);
                return null;
            });
        } catch (CloseConnectionException e) {
            LOG.debug("a connection ended: {}", e.getMessage());
        } finally {
            thread = null;
            onEnd.accept(this);
        }
    }

    @SuppressWarnings("removal")
    @Override
    public void handle(Semaphore semaphore) {
        throw new UnsupportedOperationException("Helidon 4.5 handles connections with limits");
    }

    @Override
    public boolean canInterrupt() {
        return delegate() instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    @Override
    public Duration idleTime() {
        // ReadAhead ends idle connections itself; Helidon's rule would take a long stream for idleness.
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        delegate().close(interrupt);
    }

    private ServerConnection delegate() {
        return Objects.requireNonNull(http, "serveWith was not called");
    }

    /** Notes when a write began, since a client that reads nothing blocks it for good. */
    private final class WatchedWriter implements DataWriter {
        private final DataWriter writer;

        WatchedWriter(DataWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(BufferData... buffers) {
            write(BufferData.create(buffers));
        }

        @Override
        public void write(BufferData buffer) {
            begin();
            try {
                writer.write(buffer);
            } finally {
                writing = false;
            }
        }

        @Override
        public void writeNow(BufferData... buffers) {
            writeNow(BufferData.create(buffers));
        }

        @Override
        public void writeNow(BufferData buffer) {
            begin();
            try {
                writer.writeNow(buffer);
            } finally {
                writing = false;
            }
        }

        @Override
        public void flush() {
            writer.flush();
        }

        @Override
        public void close() {
            writer.close();
        }

        private void begin() {
            writingSince = System.nanoTime();
            writing = true;
        }
    }
}
