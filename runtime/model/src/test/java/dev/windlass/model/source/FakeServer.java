package dev.windlass.model.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A web server of files by path, with ranges and entity tags, that can be told to misbehave. */
final class FakeServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    final Map<String, String> redirects = new ConcurrentHashMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    final AtomicInteger cutConnections = new AtomicInteger();
    final AtomicInteger stalls = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    volatile int refuseWith;
    /** What a registry wants to see before it answers under /v2/; empty for nothing. */
    volatile String wanted = "";
    /** What it says it wants. */
    volatile String challenge = "";

    volatile boolean ranges = true;

    FakeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getRawPath();
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .ifPresent(authorizations::add);
            if (refuseWith != 0) {
                exchange.sendResponseHeaders(refuseWith, -1);
            } else if (path.startsWith("/v2/")
                    && !wanted.isEmpty()
                    && !wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
                exchange.sendResponseHeaders(401, -1);
            } else if (failures.getAndDecrement() > 0) {
                exchange.getResponseHeaders().add("Retry-After", "0");
                exchange.sendResponseHeaders(503, -1);
            } else if (redirects.containsKey(path)) {
                exchange.getResponseHeaders().add("Location", redirects.get(path));
                exchange.sendResponseHeaders(302, -1);
            } else if (files.containsKey(path)) {
                answer(exchange, files.getOrDefault(path, new byte[0]));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private void answer(HttpExchange exchange, byte[] content) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.add("ETag", "\"" + java.util.Arrays.hashCode(content) + "\"");
        if (ranges) {
            headers.add("Accept-Ranges", "bytes");
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.add("Content-Length", String.valueOf(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        var range =
                RANGE.matcher(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
                        .orElse(""));
        int from = 0;
        int to = content.length;
        boolean part = ranges && range.matches();
        if (part) {
            from = Integer.parseInt(range.group(1));
            to = Math.min(content.length, Integer.parseInt(range.group(2)) + 1);
            headers.add("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, content.length));
        }
        exchange.sendResponseHeaders(part ? 206 : 200, to == from ? -1 : to - from);
        var body = exchange.getResponseBody();
        if (to - from > 1_000 && cutConnections.getAndDecrement() > 0) {
            body.write(content, from, (to - from) / 2);
            body.flush();
            throw new IOException("cut on purpose");
        }
        if (to - from > 1_000 && stalls.getAndDecrement() > 0) {
            body.write(content, from, 10);
            body.flush();
            pause();
        }
        body.write(content, from, to - from);
    }

    private static void pause() {
        try {
            Thread.sleep(20_000);
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        executor.close();
    }
}
