package dev.windlass.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.windlass.logging.LoggersEndpoint;
import dev.windlass.operator.control.LlmDeploymentReconciler;
import dev.windlass.operator.desired.MetricNames;
import dev.windlass.operator.metrics.Answer;
import dev.windlass.operator.metrics.ScalingValues;
import dev.windlass.operator.telemetry.OperatorMetrics;
import dev.windlass.operator.telemetry.OperatorMetrics.Scrape;
import io.javaoperatorsdk.operator.Operator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Health for the kubelet, metrics for Prometheus, levels of loggers for people, and for KEDA the numbers that models are scaled by.
 * Every replica is ready, whether it leads or not: one that does not lead waits, and answers autoscalers meanwhile.
 */
final class OperationsServer implements AutoCloseable {
    /** An answer is made of what is in memory; whoever has to wait has too many who ask beside it. */
    private static final int MOST_AT_ONCE = 64;

    private final HttpServer server;

    private OperationsServer(HttpServer server) {
        this.server = server;
    }

    static OperationsServer start(int port, Operator operator, ScalingValues values, OperatorMetrics metrics) {
        try {
            // The JDK's: few paths with short answers, asked by a kubelet, by KEDA and by who forwards the port.
            HttpServer server = HttpServer.create(new InetSocketAddress(port), 16);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/health/live", exchange -> answer(exchange, 200, "ok\n"));
            server.createContext("/health/ready", exchange -> {
                boolean isBroken = operator.getRuntimeInfo().isStarted() && isBlind(operator);
                answer(exchange, isBroken ? 503 : 200, isBroken ? "a watch does not run\n" : "ok\n");
            });
            server.createContext(LoggersEndpoint.PATH, OperationsServer::loggers);
            var free = new Semaphore(MOST_AT_ONCE);
            server.createContext(MetricNames.ROOT, exchange -> scale(exchange, values, free));
            server.createContext("/metrics", exchange -> {
                Scrape scrape = metrics.scrape(exchange.getRequestHeaders().getFirst("Accept"));
                exchange.getResponseHeaders().set("Content-Type", scrape.contentType());
                answer(exchange, 200, scrape.body());
            });
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

    private static boolean isBlind(Operator operator) {
        return operator.getRuntimeInfo().unhealthyEventSources().values().stream()
                .flatMap(sources -> sources.keySet().stream())
                .anyMatch(name -> !LlmDeploymentReconciler.isDispensable(name));
    }

    private static void scale(HttpExchange exchange, ScalingValues values, Semaphore free) throws IOException {
        if (!free.tryAcquire()) {
            answer(exchange, 503, "too many ask at once\n");
            return;
        }
        try {
            Answer answer = values.answer(
                    exchange.getRequestMethod(), exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            answer(exchange, answer.status(), answer.body());
        } finally {
            free.release();
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        try (exchange) {
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
