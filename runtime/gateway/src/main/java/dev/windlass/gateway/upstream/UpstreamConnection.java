package dev.windlass.gateway.upstream;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Objects;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to a runtime, used by one request at a time. Whoever took it from the pool gives it back or closes
 * it; {@link #abort} may come from any thread and ends whatever the connection waits for.
 *
 * <p>Deadlines are watched by the pool's patrol and not by the socket, since a timed read costs a timer for every token.
 */
public final class UpstreamConnection implements AutoCloseable {
    private static final int SMALL_BODY = 32 * 1024;
    private static final int KEEP_ALIVE_SECONDS = 15;
    private static final long NEVER = Long.MAX_VALUE;

    private final Endpoint endpoint;
    private final Socket socket = new Socket();
    private final ResponseReader reader;
    private @Nullable OutputStream out;
    private boolean used;
    private volatile long deadline = NEVER;
    private volatile @Nullable String aborted;
    private volatile boolean late;
    private long idleSince;

    UpstreamConnection(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.reader = new ResponseReader(this::read);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it served a request before, so that the runtime may have closed it meanwhile. */
    public boolean isUsed() {
        return used;
    }

    /** Connects, where it is not connected yet. */
    public void connect(Duration timeout) throws UpstreamException {
        if (out != null) {
            return;
        }
        try {
            socket.setTcpNoDelay(true);
            // A node that died sends nothing, not even a reset.
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
                socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_SECONDS / 3);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
            }
            socket.connect(
                    new InetSocketAddress(endpoint.host(), endpoint.port()), Math.toIntExact(timeout.toMillis()));
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UpstreamException(
                    Kind.Unreachable, "%s cannot be reached: %s".formatted(endpoint.address(), e.getMessage()), e);
        }
    }

    /** Sends a request. */
    public void send(byte[] head, byte[] body) throws UpstreamException {
        var stream = Objects.requireNonNull(out, "not connected");
        reader.expectResponse();
        try {
            if (body.length <= SMALL_BODY) {
                var whole = new byte[head.length + body.length];
                System.arraycopy(head, 0, whole, 0, head.length);
                System.arraycopy(body, 0, whole, head.length, body.length);
                stream.write(whole);
            } else {
                stream.write(head);
                stream.write(body);
            }
            used = true;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /**
     * Waits for the response to begin.
     *
     * @param beforeWaiting runs whenever more has to be waited for, then and while the body is read
     */
    public ResponseHead readHead(Runnable beforeWaiting) throws UpstreamException {
        return reader.readHead(beforeWaiting);
    }

    /** The next piece of the body: how many bytes of {@link #buffer}, from {@link #offset}; -1 at the end. */
    public int next() throws UpstreamException {
        return reader.next();
    }

    public byte[] buffer() {
        return reader.buffer();
    }

    public int offset() {
        return reader.offset();
    }

    /** The body's length, -1 where the response does not say. */
    public long bodyLength() {
        return reader.bodyLength();
    }

    /** Whether the body ended where the response said it would, and not only with the connection. */
    public boolean endedAsSaid() {
        return reader.endedAsSaid();
    }

    /** Whether anything of the response came. */
    public boolean hasAnswered() {
        return reader.hasAnswered();
    }

    /** Whether another request may follow on it. */
    public boolean isReusable() {
        return aborted == null && !socket.isClosed() && reader.isReusable();
    }

    /** From now on something must happen within this time. */
    public void expectWithin(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /** Nothing is expected until it is taken again. */
    void rest() {
        deadline = NEVER;
        idleSince = System.nanoTime();
    }

    long idleSince() {
        return idleSince;
    }

    void abortIfLate(long now) {
        long end = deadline;
        if (end != NEVER && now - end > 0) {
            late = true;
            abort("it took too long");
        }
    }

    /** Ends it at once, from any thread. */
    public void abort(String reason) {
        if (aborted == null) {
            aborted = reason;
        }
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is over in any case, and nobody waits for what could not be sent.
            aborted = e.getMessage();
        }
    }

    private int read(byte[] buffer, int offset, int length) throws UpstreamException {
        try {
            return socket.getInputStream().read(buffer, offset, length);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private UpstreamException lost(IOException cause) {
        String why = Objects.requireNonNullElse(aborted, String.valueOf(cause.getMessage()));
        return new UpstreamException(
                late ? Kind.TimedOut : Kind.Lost,
                "the connection to %s ended: %s".formatted(endpoint.address(), why),
                cause);
    }
}
