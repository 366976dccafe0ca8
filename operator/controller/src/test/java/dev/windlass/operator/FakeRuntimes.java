package dev.windlass.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says what runtimes would of their queues, and of how far they are before they serve: every pod has an address of its own on this
 * machine, and says the same.
 */
final class FakeRuntimes implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile String said = "";
    private volatile String loading = "";

    FakeRuntimes() throws IOException {
        server = HttpServer.create(new InetSocketAddress(0), 0);
        server.createContext("/metrics", exchange -> answer(exchange, 200, said));
        server.createContext("/health/loading", exchange -> answer(exchange, loading.isEmpty() ? 404 : 200, loading));
        server.start();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** What each pod has to do from now on. */
    void load(int waiting, int running, double cache) {
        said = """
                vllm:num_requests_waiting{model_name="m"} %d
                vllm:num_requests_running{model_name="m"} %d
                vllm:kv_cache_usage_perc{model_name="m"} %s
                """.formatted(waiting, running, cache);
    }

    /** How far each pod is from now on, in the runtime's JSON; empty says nothing. */
    void loads(String json) {
        loading = json;
    }

    String address(String pod) {
        int number = numbers.computeIfAbsent(pod, _ -> next.incrementAndGet());
        return "127.0.1." + number + ":" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
