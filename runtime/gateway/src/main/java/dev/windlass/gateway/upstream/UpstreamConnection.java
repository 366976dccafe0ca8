package dev.windlass.gateway.upstream;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLHandshakeException;
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
    private final RuntimeTls tls;
    private final Complaints complaints;
    private final Socket socket = new Socket();
    private final ResponseReader reader;
    private RuntimeTls.@Nullable State state;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private boolean used;
    private volatile long deadline = NEVER;
    private volatile @Nullable String aborted;
    private volatile boolean late;
    private long idleSince;

    UpstreamConnection(Endpoint endpoint, RuntimeTls tls, Complaints complaints) {
        this.endpoint = endpoint;
        this.tls = tls;
        this.complaints = complaints;
        this.reader = new ResponseReader(this::read, endpoint.owner() != null);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it served a request before, so that the runtime may have closed it meanwhile. */
    public boolean isUsed() {
        return used;
    }

    /** Whether both sides have proved who they are. */
    public boolean isSecure() {
        return state != null;
    }

    /**
     * Connects, where it is not connected yet.
     *
     * @param handshake the time for that of TLS, where there is one
     */
    public void connect(Duration timeout, Duration handshake) throws UpstreamException {
        if (out != null) {
            return;
        }
        var objection = tls.objection(endpoint);
        if (objection.isPresent()) {
            throw complain(RuntimeTls.untrusted(endpoint, objection.get(), null));
        }
        open(timeout);
        var begun = tls.state();
        try {
            if (endpoint.owner() != null && begun != null) {
                // Its reads have no deadline of their own.
                expectWithin(handshake);
                var secure = RuntimeTls.secure(socket, endpoint, endpoint.owner(), begun);
                in = secure.getInputStream();
                out = secure.getOutputStream();
                state = begun;
                complaints.forget(endpoint.address());
            } else {
                in = socket.getInputStream();
                out = socket.getOutputStream();
            }
        } catch (UpstreamException e) {
            throw aborted == null ? complain(e) : unreachable(e);
        } catch (IOException e) {
            // Perhaps it is about to end; perhaps it looked at this gateway's certificate, and its word for it was
            // lost.
            throw aborted == null ? complain(unreachable(e)) : unreachable(e);
        }
    }

    private void open(Duration timeout) throws UpstreamException {
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
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private UpstreamException unreachable(IOException cause) {
        return new UpstreamException(
                Kind.Unreachable,
                "%s cannot be reached: %s"
                        .formatted(endpoint.address(), Objects.requireNonNullElse(aborted, cause.getMessage())),
                cause);
    }

    private UpstreamException complain(UpstreamException problem) {
        complaints.say(endpoint.address(), String.valueOf(problem.getMessage()));
        return problem;
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
        return aborted == null && !socket.isClosed() && reader.isReusable() && isCurrent();
    }

    /** Whether the certificates are still those that it began with. */
    boolean isCurrent() {
        return state == null || state == tls.state();
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

    /**
     * Ends it at once, from any thread. With TLS nothing is said before: it would wait for whoever writes at the moment. HTTP says by itself where an
     * answer ends.
     */
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
            return Objects.requireNonNull(in, "not connected").read(buffer, offset, length);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private UpstreamException lost(IOException cause) {
        if (cause instanceof SSLHandshakeException && aborted == null && !reader.hasAnswered()) {
            // In TLS 1.3 a server looks at its client's certificate when the client takes the handshake for done.
            return complain(RuntimeTls.untrusted(endpoint, "it refuses this gateway: " + cause.getMessage(), cause));
        }
        String why = Objects.requireNonNullElse(aborted, String.valueOf(cause.getMessage()));
        return new UpstreamException(
                late ? Kind.TimedOut : Kind.Lost,
                "the connection to %s ended: %s".formatted(endpoint.address(), why),
                cause);
    }
}
