package dev.windlass.gateway;

import dev.windlass.gateway.upstream.UpstreamTimeouts;
import dev.windlass.http.ClientConnections;
import dev.windlass.http.HttpServer;
import dev.windlass.http.TlsFiles;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a gateway listens and what it allows.
 *
 * @param port clients'; 0 takes any that is free
 * @param operationsPort the operator's and Prometheus's; 0 takes any that is free
 * @param longestBody of one request, in bytes
 * @param allBodies of all requests together, in bytes
 * @param heartbeat the longest silence on a stream that waits for its model
 * @param tls what clients are shown; null serves them without TLS. Operators' port has none
 */
public record GatewayOptions(
        String host,
        int port,
        int operationsPort,
        int longestBody,
        long allBodies,
        int maximumConnections,
        Duration heartbeat,
        ClientConnections.Timeouts patience,
        UpstreamTimeouts upstream,
        @Nullable TlsFiles tls) {
    /** Port 8000 for clients and 9000 for operators; a quarter of the heap for bodies. */
    public static final GatewayOptions DEFAULT = new GatewayOptions(
            "0.0.0.0",
            8000,
            9000,
            16 << 20,
            Runtime.getRuntime().maxMemory() / 4,
            10_000,
            Duration.ofSeconds(5),
            new ClientConnections.Timeouts(Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofMinutes(2)),
            UpstreamTimeouts.DEFAULT,
            null);

    public GatewayOptions {
        if (longestBody < 1024 || allBodies < longestBody || maximumConnections < 1) {
            throw new IllegalArgumentException(
                    "gateway options: expected bodies of at least 1024 bytes, room for at least one and a connection,"
                            + " got %d, %d and %d".formatted(longestBody, allBodies, maximumConnections));
        }
        if (!heartbeat.isPositive()) {
            throw new IllegalArgumentException("heartbeat: expected a positive duration, got " + heartbeat);
        }
    }

    public GatewayOptions withAddress(String host, int port, int operationsPort) {
        return new GatewayOptions(
                host,
                port,
                operationsPort,
                longestBody,
                allBodies,
                maximumConnections,
                heartbeat,
                patience,
                upstream,
                tls);
    }

    public GatewayOptions withBodies(int longest, long all) {
        return new GatewayOptions(
                host, port, operationsPort, longest, all, maximumConnections, heartbeat, patience, upstream, tls);
    }

    public GatewayOptions withHeartbeat(Duration longestSilence) {
        return new GatewayOptions(
                host,
                port,
                operationsPort,
                longestBody,
                allBodies,
                maximumConnections,
                longestSilence,
                patience,
                upstream,
                tls);
    }

    public GatewayOptions withUpstream(UpstreamTimeouts timeouts) {
        return new GatewayOptions(
                host,
                port,
                operationsPort,
                longestBody,
                allBodies,
                maximumConnections,
                heartbeat,
                patience,
                timeouts,
                tls);
    }

    /** @param files what clients are shown; null serves them without TLS */
    public GatewayOptions withTls(@Nullable TlsFiles files) {
        return new GatewayOptions(
                host,
                port,
                operationsPort,
                longestBody,
                allBodies,
                maximumConnections,
                heartbeat,
                patience,
                upstream,
                files);
    }

    HttpServer.Settings publicSettings() {
        return new HttpServer.Settings(host, port, longestBody, maximumConnections, patience, tls);
    }

    HttpServer.Settings operationsSettings() {
        return new HttpServer.Settings(host, operationsPort, 1024, 256, patience, null);
    }
}
