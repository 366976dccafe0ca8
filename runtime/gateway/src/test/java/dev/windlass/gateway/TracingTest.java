package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.windlass.gateway.edge.Edge;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.source.RouteFile;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.access.AccessPolicy;
import dev.windlass.tracing.Tracing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway that sends its spans to a collector, here a server that keeps the bytes it gets. */
class TracingTest {
    private static final Edge EDGE = new Edge(EdgePolicy.OPEN, new AccessPolicy(Map.of()), List.of(), _ -> {});
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final Pattern PARENT = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])");

    private final Queue<String> sent = new ConcurrentLinkedQueue<>();
    private HttpServer collector;

    @BeforeEach
    void collect() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        collector.createContext("/v1/traces", exchange -> {
            // Protocol buffers have ids and texts as they are.
            sent.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private Tracing start(String ratio) {
        return Tracing.start(
                        "windlass-gateway",
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                "http://127.0.0.1:" + collector.getAddress().getPort(),
                                "OTEL_TRACES_SAMPLER_ARG",
                                ratio))
                .orElseThrow();
    }

    /** Asks through a gateway that traces. @return the traceparent that the runtime got */
    private String ask(Tracing tracing, String... headers) throws Exception {
        var routes = new CurrentRoutes();
        try (var runtime = FakeRuntime.start(Scripts.says("good"));
                var gateway =
                        Gateway.start(TestGateway.OPTIONS, routes, EDGE, RuntimeTls.NONE, List.of(tracing.filter()));
                var client = HttpClient.newHttpClient()) {
            routes.replace(RouteFile.parse(
                            "deployments: [{name: m, endpoints: [{address: '%s'}]}]".formatted(runtime.address()))
                    .table());
            var request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + gateway.port() + "/v1/chat/completions"))
                    .POST(HttpRequest.BodyPublishers.ofString(TestGateway.chatBody(false)));
            if (headers.length > 0) {
                request.headers(headers);
            }
            assertThat(client.send(request.build(), BodyHandlers.ofString()).body())
                    .contains("good");
            return runtime.received().element().headers().getOrDefault("traceparent", "");
        }
    }

    private static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    @Test
    void putsItsSpanBetweenTheCallersAndTheRuntimes() throws Exception {
        String forwarded;
        try (var tracing = start("0")) {
            forwarded = ask(tracing, "traceparent", "00-" + TRACE + "-" + CALLER + "-01");
        }

        var parent = PARENT.matcher(forwarded);
        assertThat(parent.matches()).as(forwarded).isTrue();
        assertThat(parent.group(1)).isEqualTo(TRACE);
        assertThat(parent.group(2)).isNotEqualTo(CALLER);
        assertThat(parent.group(3)).as("the caller decided that it is kept").isEqualTo("01");
        assertThat(sent)
                .singleElement()
                .satisfies(spans -> assertThat(spans)
                        .contains(bytes(TRACE), bytes(CALLER), bytes(parent.group(2)))
                        .contains("windlass-gateway", "POST /v1/{+rest}", "gen_ai.request.model", "windlass.request_id")
                        .doesNotContain("Hi"));
    }

    /** The last bit of the flags says it; the one before, that the id is random. */
    @Test
    void keepsTheShareOfTracesThatItIsTold() throws Exception {
        try (var tracing = start("1")) {
            assertThat(ask(tracing)).matches(".*-0[13]");
        }
        assertThat(sent).hasSize(1);
        try (var tracing = start("0")) {
            assertThat(ask(tracing)).matches(".*-0[02]");
        }
        assertThat(sent).hasSize(1);
    }

    @Test
    void isOffWithoutACollector() {
        assertThat(Tracing.start("windlass-gateway", Map.of("OTEL_TRACES_SAMPLER_ARG", "1")))
                .isEmpty();
    }
}
