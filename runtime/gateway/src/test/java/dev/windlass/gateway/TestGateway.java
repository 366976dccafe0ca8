package dev.windlass.gateway;

import dev.windlass.gateway.edge.Edge;
import dev.windlass.gateway.edge.Filtering;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.source.RouteFile;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.gateway.upstream.UpstreamTimeouts;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.access.AccessPolicy;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A gateway on free ports, with routes as a file would have them, and a client. */
final class TestGateway implements AutoCloseable {
    static final GatewayOptions OPTIONS = GatewayOptions.DEFAULT
            .withAddress("127.0.0.1", 0, 0)
            .withHeartbeat(Duration.ofMillis(100))
            .withUpstream(new UpstreamTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(20)));

    private final CurrentRoutes routes;
    private final List<FakeRuntime> runtimes = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Gateway gateway;

    TestGateway() {
        this(OPTIONS);
    }

    TestGateway(GatewayOptions options) {
        this(options, EdgePolicy.OPEN);
    }

    TestGateway(GatewayOptions options, EdgePolicy policy) {
        this(options, new Edge(policy, new AccessPolicy(Map.of()), List.of(), _ -> {}));
    }

    /** @param routes that the series know too */
    TestGateway(CurrentRoutes routes, EdgePolicy policy, List<MultiCollector> series) {
        this(OPTIONS, routes, new Edge(policy, new AccessPolicy(Map.of()), series, _ -> {}));
    }

    TestGateway(GatewayOptions options, RuntimeTls tls) {
        this.routes = new CurrentRoutes();
        this.gateway = Gateway.start(
                options,
                routes,
                new Edge(EdgePolicy.OPEN, new AccessPolicy(Map.of()), List.of(), _ -> {}),
                tls,
                List.of());
    }

    TestGateway(GatewayOptions options, Edge edge) {
        this(options, new CurrentRoutes(), edge);
    }

    /** @param routes that the edge knows too */
    TestGateway(GatewayOptions options, CurrentRoutes routes, Edge edge) {
        this.routes = routes;
        this.gateway = Gateway.start(options, routes, edge);
    }

    /** With a content filter and nothing else. */
    TestGateway(Function<CurrentRoutes, Filtering> filter) {
        this.routes = new CurrentRoutes();
        var filtering = filter.apply(routes);
        this.gateway = Gateway.start(
                OPTIONS,
                routes,
                new Edge(filtering.policy(), new AccessPolicy(Map.of()), filtering.series(), filtering::tell));
    }

    /** A runtime that ends with the gateway. */
    FakeRuntime runtime(FakeRuntime.Script script) {
        return runtime(plain -> plain, script);
    }

    FakeRuntime runtime(FakeRuntime.Layer layer, FakeRuntime.Script script) {
        var runtime = FakeRuntime.start(layer, script);
        runtimes.add(runtime);
        return runtime;
    }

    void route(String yaml) {
        routes.replace(RouteFile.parse(yaml).table());
    }

    /** One model {@code m} with these endpoints, all of one revision. */
    void routeTo(FakeRuntime... endpoints) {
        var yaml = new StringBuilder("deployments:\n- name: m\n  endpoints:\n");
        for (var endpoint : endpoints) {
            yaml.append("  - {address: '").append(endpoint.address()).append("'}\n");
        }
        route(yaml.toString());
    }

    /** The same, by TLS. */
    void routeByTlsTo(FakeRuntime... endpoints) {
        var yaml = new StringBuilder("deployments:\n- name: m\n  endpoints:\n");
        for (var endpoint : endpoints) {
            yaml.append("  - {address: '").append(endpoint.address()).append("', tls: true}\n");
        }
        route(yaml.toString());
    }

    CurrentRoutes routes() {
        return routes;
    }

    Gateway gateway() {
        return gateway;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + gateway.port() + path);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        return http.send(request(path, body, headers), BodyHandlers.ofString());
    }

    HttpRequest request(String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    HttpResponse<String> chat(String... headers) throws IOException, InterruptedException {
        return post("/v1/chat/completions", chatBody(false), headers);
    }

    HttpResponse<String> stream(String... headers) throws IOException, InterruptedException {
        return post("/v1/chat/completions", chatBody(true), headers);
    }

    static String chatBody(boolean stream) {
        return "{\"model\": \"m\", \"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}"
                .formatted(stream);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    String operations(String path) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + gateway.operationsPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    /** A client of its own making that has sent a chat request. */
    Socket socket(boolean stream) throws IOException {
        var socket = new Socket("127.0.0.1", gateway.port());
        String body = chatBody(stream);
        socket.getOutputStream()
                .write(("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                                + "content-length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    HttpClient http() {
        return http;
    }

    @Override
    public void close() {
        gateway.close();
        runtimes.forEach(FakeRuntime::close);
        http.shutdownNow();
    }
}
