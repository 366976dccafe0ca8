package dev.windlass.operator;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers queries over HTTP as a test wants, and remembers what it was asked. */
public final class FakePrometheus implements AutoCloseable {
    private final HttpServer server;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /**
     * What is answered.
     *
     * @param bodyAfter between the headers and the body
     */
    public record Reply(int status, String body, Duration bodyAfter) {
        public static Reply of(String body) {
            return new Reply(200, body, Duration.ZERO);
        }

        /** One sample. */
        public static Reply sample(String value) {
            return of("""
                    {"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.5,"%s"]}]}}""".formatted(value));
        }
    }

    /** @param answer takes the body of a question, decoded */
    public FakePrometheus(Function<String, Reply> answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/prometheus/api/v1/query", exchange -> {
            try (exchange) {
                String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String question = URLDecoder.decode(form, StandardCharsets.UTF_8);
                asked.add(question);
                Reply reply = answer.apply(question);
                byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(reply.status(), body.length);
                Thread.sleep(reply.bodyAfter());
                exchange.getResponseBody().write(body);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:%d/prometheus/".formatted(server.getAddress().getPort());
    }

    /** The bodies of all questions so far, decoded. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
