package dev.windlass.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Helidon server whose clients' connections are watched, and whose errors are OpenAI's. */
public final class HttpServer implements AutoCloseable {
    private final WebServer web;
    private final ClientConnections connections;
    private final @Nullable ServerTls tls;

    private HttpServer(WebServer web, ClientConnections connections, @Nullable ServerTls tls) {
        this.web = web;
        this.connections = connections;
        this.tls = tls;
    }

    /**
     * Where a server listens and what clients may take of it.
     *
     * @param port 0 takes any that is free
     * @param maximumBodyBytes the largest body of a request
     * @param maximumConnections how many clients may be connected at once
     * @param tls null serves without
     */
    public record Settings(
            String host,
            int port,
            int maximumBodyBytes,
            int maximumConnections,
            ClientConnections.Timeouts patience,
            @Nullable TlsFiles tls) {}

    /**
     * Starts to listen.
     *
     * @throws UncheckedIOException when the address cannot be bound, or a certificate not be read
     * @throws IllegalArgumentException when a certificate is of no use
     */
    public static HttpServer start(Settings settings, Errors errors, Consumer<HttpRouting.Builder> routes) {
        requireFree(settings);
        var tls = settings.tls() == null
                ? null
                : ServerTls.open(settings.tls(), settings.patience().receive());
        var connections = new ClientConnections(
                Http1ConnectionSelector.builder()
                        .config(Http1Config.builder()
                                .sendLog(false)
                                .receiveLog(false)
                                .build())
                        .build(),
                settings.patience(),
                () -> tls == null ? Optional.empty() : tls.authorities());
        var server = WebServer.builder()
                .host(settings.host())
                .port(settings.port())
                .addConnectionSelector(connections)
                .maxPayloadSize(settings.maximumBodyBytes())
                .maxTcpConnections(settings.maximumConnections())
                .protocolsDiscoverServices(false)
                .connectionOptions(socket -> socket.tcpNoDelay(true))
                .useNio(false)
                .shutdownHook(false)
                .directHandlers(errors.directHandlers())
                .routing(routes::accept);
        if (tls != null) {
            server.tls(tls.tls());
        }
        var web = server.build().start();
        if (!web.isRunning()) {
            connections.close();
            if (tls != null) {
                tls.close();
            }
            throw new UncheckedIOException(new BindException("it was taken a moment ago"));
        }
        return new HttpServer(web, connections, tls);
    }

    /** Helidon only logs why it cannot listen, and goes on without. */
    private static void requireFree(Settings settings) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(settings.host(), settings.port()));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** The port it listens on. */
    public int port() {
        return web.port();
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.count();
    }

    /** When the certificate that it shows expires; empty without TLS. */
    public Optional<Instant> certificateExpires() {
        return tls == null ? Optional.empty() : Optional.of(tls.expires());
    }

    @Override
    public void close() {
        if (tls != null) {
            tls.close();
        }
        web.stop();
        connections.close();
    }
}
