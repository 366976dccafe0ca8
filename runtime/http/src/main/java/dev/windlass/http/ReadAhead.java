package dev.windlass.http;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a client sends, for Helidon's parser. Every read runs on a thread of its own: the parser waits for it no
 * longer than a client may take, and while a handler works it runs ahead, for no reason but to learn at once that the
 * client closed its side.
 *
 * <p>Confined to the connection's thread, apart from the reads.
 */
final class ReadAhead implements Supplier<byte[]> {
    private final HelidonSocket socket;
    private final Duration longestPause;
    private final Duration longestReceive;
    private final Duration longestIdle;
    private @Nullable FutureTask<byte @Nullable []> ahead;
    private Phase phase = Phase.IDLE;
    private long since = System.nanoTime();
    private volatile boolean ended;
    private volatile boolean broken;
    private final AtomicReference<@Nullable Runnable> onEnd = new AtomicReference<>();

    private enum Phase {
        IDLE,
        RECEIVING,
        HANDLING
    }

    ReadAhead(HelidonSocket socket, ClientConnections.Timeouts timeouts) {
        this.socket = socket;
        this.longestPause = timeouts.receive();
        this.longestReceive = timeouts.receive().multipliedBy(4);
        this.longestIdle = timeouts.idle();
    }

    /**
     * The next bytes. At the end there is an exception, and not Helidon's null: Helidon would take the end for a fault of
     * the server where a pipelined request stops half way.
     */
    @Override
    public byte[] get() {
        byte[] bytes = await(patience());
        if (bytes == null) {
            throw phase == Phase.RECEIVING
                    ? refused(Status.BAD_REQUEST_400, "The connection ended before the request was complete.")
                    : new CloseConnectionException("the client has left");
        }
        if (phase == Phase.IDLE) {
            enter(Phase.RECEIVING);
        }
        return bytes;
    }

    /** The request is complete: from now on the client may only wait or leave. */
    void received() {
        enter(Phase.HANDLING);
    }

    void answered() {
        onEnd.set(null);
        enter(Phase.IDLE);
    }

    void watch() {
        if (ahead == null && !ended) {
            ahead = start();
        }
    }

    void watch(Runnable action) {
        onEnd.set(action);
        watch();
        if (ended) {
            Thread.ofVirtual().name("read-ahead").start(this::tellEnd);
        }
    }

    private void tellEnd() {
        var action = onEnd.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isBroken() {
        return broken;
    }

    private FutureTask<byte @Nullable []> start() {
        var task = new FutureTask<byte @Nullable []>(this::read);
        Thread.ofVirtual().name("read-ahead").start(task);
        return task;
    }

    private byte @Nullable [] await(Duration patience) {
        if (ended && ahead == null) {
            return null;
        }
        var task = ahead == null ? start() : ahead;
        ahead = task;
        try {
            byte[] bytes = task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            ahead = null;
            return bytes;
        } catch (TimeoutException e) {
            if (phase == Phase.RECEIVING) {
                throw refused(Status.REQUEST_TIMEOUT_408, "The request did not arrive in time.");
            }
            throw new CloseConnectionException("the connection was idle for too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("the server closes the connection", e);
        } catch (ExecutionException e) {
            ahead = null;
            throw new ServerConnectionException("the connection failed", e.getCause());
        }
    }

    private byte @Nullable [] read() {
        byte[] bytes = null;
        try {
            bytes = socket.get();
        } catch (RuntimeException e) {
            broken = true;
            throw e;
        } finally {
            ended = bytes == null;
            if (ended) {
                tellEnd();
            }
        }
        return bytes;
    }

    /** How long the next read may take. */
    private Duration patience() {
        if (phase != Phase.RECEIVING) {
            return longestIdle;
        }
        var left = longestReceive.minusNanos(System.nanoTime() - since);
        return left.compareTo(longestPause) < 0 ? left : longestPause;
    }

    private void enter(Phase next) {
        since = System.nanoTime();
        phase = next;
    }

    private static RequestException refused(Status status, String message) {
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .status(status)
                .setKeepAlive(false)
                .message(message)
                .safeMessage(true)
                .build();
    }
}
