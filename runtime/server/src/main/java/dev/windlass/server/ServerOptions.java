package dev.windlass.server;

import dev.windlass.http.ClientConnections;
import dev.windlass.http.HttpServer;
import dev.windlass.http.TlsFiles;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, and how much of its time and memory a client may take.
 *
 * @param host the address to listen on
 * @param port 0 takes any that is free
 * @param maximumBodyBytes the largest body of a request
 * @param maximumConnections how many clients may be connected at once
 * @param requestTimeout the most time a request may take to be answered; clients may ask for less
 * @param heartbeat the longest silence on a stream whose request waits
 * @param patience how long clients may take to send, to receive and between requests
 * @param dashboard whether {@code /dashboard} shows people what goes on
 * @param secret what clients have to show, where only a gateway of the same process may be one; null serves all
 * @param tls what gateways are shown, and who is believed about them, so that nobody else is served but probes; null serves all, without TLS
 */
public record ServerOptions(
        String host,
        int port,
        int maximumBodyBytes,
        int maximumConnections,
        Duration requestTimeout,
        Duration heartbeat,
        ClientConnections.Timeouts patience,
        boolean dashboard,
        @Nullable String secret,
        @Nullable TlsFiles tls) {
    /** What suits most: port 8000 on all addresses, bodies to 16 MiB, ten minutes a request. */
    public static final ServerOptions DEFAULT = new ServerOptions(
            "0.0.0.0",
            8000,
            16 << 20,
            4096,
            Duration.ofMinutes(10),
            Duration.ofSeconds(5),
            new ClientConnections.Timeouts(Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofMinutes(2)),
            false,
            null,
            null);

    public ServerOptions {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: expected an address to listen on, got none");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: expected 0 to 65535, got " + port);
        }
        requireAtLeast("maximum body bytes", 1024, maximumBodyBytes);
        requireAtLeast("maximum connections", 1, maximumConnections);
        requirePositive("request timeout", requestTimeout);
        requirePositive("heartbeat", heartbeat);
        Objects.requireNonNull(patience, "patience");
        if (tls != null && tls.authorities() == null) {
            throw new IllegalArgumentException("tls: expected authorities of gateways' certificates, got none");
        }
    }

    HttpServer.Settings http() {
        return new HttpServer.Settings(host, port, maximumBodyBytes, maximumConnections, patience, tls);
    }

    public ServerOptions withAddress(String host, int port) {
        return new ServerOptions(
                host,
                port,
                maximumBodyBytes,
                maximumConnections,
                requestTimeout,
                heartbeat,
                patience,
                dashboard,
                secret,
                tls);
    }

    public ServerOptions withMaximumBodyBytes(int bytes) {
        return new ServerOptions(
                host, port, bytes, maximumConnections, requestTimeout, heartbeat, patience, dashboard, secret, tls);
    }

    public ServerOptions withRequestTimeout(Duration timeout) {
        return new ServerOptions(
                host, port, maximumBodyBytes, maximumConnections, timeout, heartbeat, patience, dashboard, secret, tls);
    }

    public ServerOptions withHeartbeat(Duration heartbeat) {
        return new ServerOptions(
                host,
                port,
                maximumBodyBytes,
                maximumConnections,
                requestTimeout,
                heartbeat,
                patience,
                dashboard,
                secret,
                tls);
    }

    public ServerOptions withPatience(ClientConnections.Timeouts patience) {
        return new ServerOptions(
                host,
                port,
                maximumBodyBytes,
                maximumConnections,
                requestTimeout,
                heartbeat,
                patience,
                dashboard,
                secret,
                tls);
    }

    public ServerOptions withDashboard(boolean shown) {
        return new ServerOptions(
                host,
                port,
                maximumBodyBytes,
                maximumConnections,
                requestTimeout,
                heartbeat,
                patience,
                shown,
                secret,
                tls);
    }

    /** For a runtime behind a gateway of the same process. */
    public ServerOptions withSecret(String word) {
        return new ServerOptions(
                host,
                port,
                maximumBodyBytes,
                maximumConnections,
                requestTimeout,
                heartbeat,
                patience,
                dashboard,
                word,
                tls);
    }

    /** For a runtime behind gateways of other machines. */
    public ServerOptions withTls(TlsFiles files) {
        return new ServerOptions(
                host,
                port,
                maximumBodyBytes,
                maximumConnections,
                requestTimeout,
                heartbeat,
                patience,
                dashboard,
                secret,
                files);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ServerOptions[%s:%d]".formatted(host, port);
    }

    private static void requireAtLeast(String name, int least, int found) {
        if (found < least) {
            throw new IllegalArgumentException("%s: expected at least %d, got %d".formatted(name, least, found));
        }
    }

    private static void requirePositive(String name, Duration found) {
        if (found.isNegative() || found.isZero()) {
            throw new IllegalArgumentException("%s: expected a positive duration, got %s".formatted(name, found));
        }
    }
}
