package dev.windlass.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Helidon's HTTP/1.1 connections with a watch over them: it notices clients that leave while their answer is computed,
 * that send their request too slowly, and that do not read what they get.
 */
public final class ClientConnections implements ServerConnectionSelector, AutoCloseable {
    private static final Duration PATROL = Duration.ofMillis(500);

    private final Http1ConnectionSelector http;
    private final Timeouts timeouts;
    private final Supplier<Optional<Authorities>> authorities;
    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    private final Thread patrol;
    private volatile boolean closed;

    /**
     * How long a client may take.
     *
     * @param receive between two pieces of a request; four times as long for the whole of it
     * @param send to take a piece of a response
     * @param idle between two requests
     */
    public record Timeouts(Duration receive, Duration send, Duration idle) {}

    /** @param authorities who is believed about clients at the moment; empty where they are asked for no certificate */
    ClientConnections(Http1ConnectionSelector http, Timeouts timeouts, Supplier<Optional<Authorities>> authorities) {
        this.http = http;
        this.timeouts = timeouts;
        this.authorities = authorities;
        this.patrol = Thread.ofVirtual().name("connection-patrol").start(this::patrol);
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        try {
            CurrentContext.connected();
        } catch (IOException e) {
            throw new CloseConnectionException("the client left after its handshake", e);
        }
        var connection = new ClientConnection(context, timeouts, authorities, open::remove);
        connection.serveWith(http.connection(connection.context()));
        open.add(connection);
        return connection;
    }

    /** How many clients are connected. */
    public int count() {
        return open.size();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(patrol);
    }

    private void patrol() {
        while (!closed) {
            LockSupport.parkNanos(PATROL.toNanos());
            long now = System.nanoTime();
            for (var connection : open) {
                connection.cutIfStalled(now);
            }
        }
    }
}
