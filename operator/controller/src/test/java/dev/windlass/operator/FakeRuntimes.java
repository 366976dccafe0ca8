package dev.windlass.operator;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Says what runtimes would of their queues: every pod has an address of its own on this machine, and says the same. */
final class FakeRuntimes implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile String said = "";

    FakeRuntimes() throws IOException {
        server = HttpServer.create(new InetSocketAddress(0), 0);
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] body = said.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    /** What each pod has to do from now on. */
    void load(int waiting, int running, double cache) {
        said = """
                vllm:num_requests_waiting{model_name="m"} %d
                vllm:num_requests_running{model_name="m"} %d
                vllm:kv_cache_usage_perc{model_name="m"} %s
                """.formatted(waiting, running, cache);
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
