package dev.windlass.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.windlass.logging.LoggersEndpoint;
import io.javaoperatorsdk.operator.Operator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * Health for the kubelet, and levels of loggers for people. Every replica is ready, whether it leads or not: one that does
 * not lead waits, and answers autoscalers meanwhile.
 */
final class OperationsServer implements AutoCloseable {
    private final HttpServer server;

    private OperationsServer(HttpServer server) {
        this.server = server;
    }

    static OperationsServer start(int port, Operator operator) {
        try {
            // The JDK's: few paths, asked by a kubelet and by who forwards the port.
            HttpServer server = HttpServer.create(new InetSocketAddress(port), 16);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/health/live", exchange -> answer(exchange, 200, "ok\n"));
            server.createContext("/health/ready", exchange -> {
                boolean isBroken = operator.getRuntimeInfo().isStarted()
                        && !operator.getRuntimeInfo().allEventSourcesAreHealthy();
                answer(exchange, isBroken ? 503 : 200, isBroken ? "a watch does not run\n" : "ok\n");
            });
            server.createContext(LoggersEndpoint.PATH, OperationsServer::loggers);
            server.start();
            return new OperationsServer(server);
        } catch (IOException problem) {
            throw new UncheckedIOException("port " + port + ": " + problem.getMessage(), problem);
        }
    }

    private static void loggers(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!path.equals(LoggersEndpoint.PATH) && !path.startsWith(LoggersEndpoint.PATH + "/")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String name = path.substring(Math.min(path.length(), LoggersEndpoint.PATH.length() + 1));
            var answer = LoggersEndpoint.answer(new LoggersEndpoint.Call(
                    exchange.getRequestMethod(),
                    name,
                    exchange.getRemoteAddress().getAddress(),
                    header -> exchange.getRequestHeaders().getFirst(header),
                    exchange.getRequestBody().readNBytes(LoggersEndpoint.LONGEST_BODY)));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), isHead ? -1 : answer.body().length);
            if (!isHead) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
