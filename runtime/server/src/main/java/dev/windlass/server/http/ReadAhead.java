package dev.windlass.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a client sends, for Helidon's parser. While a handler works, the next read runs ahead on a thread of its
 * own, for no reason but to learn at once that the client closed its side.
 *
 * <p>The socket's read timeout is the longest pause within a request. All but the read that runs ahead is confined to
 * the connection's thread.
 */
final class ReadAhead implements Supplier<byte[]> {
    private final HelidonSocket socket;
    private final Duration longestReceive;
    private final Duration longestIdle;
    private byte @Nullable [] first;
    private @Nullable FutureTask<byte @Nullable []> ahead;
    private volatile Phase phase = Phase.IDLE;
    private volatile long since = System.nanoTime();
    private volatile boolean ended;

    private enum Phase {
        IDLE,
        RECEIVING,
        HANDLING
    }

    ReadAhead(ConnectionContext context, Duration receive, Duration idle) {
        this.socket = context.serverSocket();
        this.longestReceive = receive.multipliedBy(4);
        this.longestIdle = idle;
        this.first = unread(context.dataReader());
    }

    /** What was read to find out which protocol the client speaks. */
    private static byte @Nullable [] unread(DataReader reader) {
        int available = reader.available();
        return available == 0 ? null : reader.readBytes(available);
    }

    /** The next bytes; null at the end. */
    @Override
    @SuppressWarnings("NullAway") // Helidon's contract: null is the end
    public byte[] get() {
        byte[] bytes = next();
        if (bytes != null && phase == Phase.IDLE) {
            enter(Phase.RECEIVING);
        }
        return bytes;
    }

    void received() {
        enter(Phase.HANDLING);
    }

    void answered() {
        enter(Phase.IDLE);
    }

    void watch() {
        if (ahead == null && first == null && !ended) {
            var task = new FutureTask<byte @Nullable []>(this::read);
            ahead = task;
            Thread.ofVirtual().name("read-ahead").start(task);
        }
    }

    boolean hasEnded() {
        return ended;
    }

    private byte @Nullable [] next() {
        if (first != null) {
            byte[] bytes = first;
            first = null;
            return bytes;
        }
        if (ended) {
            return null;
        }
        var task = ahead;
        if (task == null) {
            return read();
        }
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("the server closes the connection", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new ServerConnectionException("the connection failed", e.getCause());
        } finally {
            ahead = null;
        }
    }

    private byte @Nullable [] read() {
        while (true) {
            try {
                byte[] bytes = socket.get();
                if (bytes == null) {
                    ended = true;
                } else if (phase == Phase.RECEIVING && elapsed() > longestReceive.toNanos()) {
                    throw tooSlow();
                }
                return bytes;
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof SocketTimeoutException)) {
                    ended = true;
                    throw new ServerConnectionException("the connection failed", e);
                }
                if (phase == Phase.RECEIVING) {
                    throw tooSlow();
                }
                if (phase == Phase.IDLE && elapsed() > longestIdle.toNanos()) {
                    throw new CloseConnectionException("the connection was idle for too long");
                }
            }
        }
    }

    private long elapsed() {
        return System.nanoTime() - since;
    }

    private static RequestException tooSlow() {
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .status(Status.REQUEST_TIMEOUT_408)
                .setKeepAlive(false)
                .message("The request did not arrive in time.")
                .safeMessage(true)
                .build();
    }

    private void enter(Phase next) {
        since = System.nanoTime();
        phase = next;
    }
}
