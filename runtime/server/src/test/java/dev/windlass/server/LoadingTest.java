package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.windlass.model.CacheDirectory;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.source.ModelStore;
import dev.windlass.server.load.LoadMeter;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.registry.ModelRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that listens while a slow hub sends it a model. */
class LoadingTest {
    private static final int BYTES = 400_000;

    private final ModelRegistry registry = new ModelRegistry();

    @TempDir
    Path directory;

    @Test
    void tellsHowFarADownloadIs() throws Exception {
        var hub = hub();
        var meter = new LoadMeter("slow");
        registry.loading("slow is being loaded", meter::state);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor();
                var metrics = new ServerMetrics();
                var server = WindlassServer.start(TestServer.OPTIONS, registry, metrics)) {
            assertThat(state(server).at("/phase").asText()).isEqualTo("Loading");
            var store = new ModelStore(
                    new CacheDirectory(directory),
                    Map.of("HF_ENDPOINT", "http://localhost:" + hub.getAddress().getPort()));
            var fetched = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return store.fetch(ModelSource.parse("hf://org/slow"), null, meter::downloading);
                        } catch (IOException failed) {
                            throw new UncheckedIOException(failed);
                        }
                    },
                    executor);

            JsonNode state = await().until(
                            () -> state(server),
                            now -> now.at("/bytes_per_second").asLong() > 0
                                    && now.at("/done_bytes").asLong() < BYTES);

            assertThat(state.at("/phase").asText()).isEqualTo("Downloading");
            assertThat(state.at("/model").asText()).isEqualTo("slow");
            assertThat(state.at("/total_bytes").asLong()).isEqualTo(BYTES + 2);
            assertThat(state.at("/done_bytes").asLong()).isBetween(1L, (long) BYTES);
            assertThat(state.at("/remaining_seconds").asLong()).isBetween(1L, 60L);
            fetched.join();
            assertThat(state(server).at("/done_bytes").asLong()).isEqualTo(BYTES + 2);
            meter.fetched("sha256:12", new Sha256("0a".repeat(32)));
            meter.opening();
            assertThat(state(server).at("/revision").asText()).isEqualTo("sha256:12");
            assertThat(state(server).at("/sha256").asText()).isEqualTo("0a".repeat(32));
            assertThat(state(server).at("/phase").asText()).isEqualTo("Loading");
        } finally {
            hub.stop(0);
        }
    }

    private static JsonNode state(WindlassServer server) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/health/loading"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return new ObjectMapper().readTree(response.body());
        }
    }

    /** Speaks the hub's protocol, and takes two seconds for one file. */
    private static HttpServer hub() throws IOException {
        var hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hub.setExecutor(task -> Thread.ofVirtual().start(task));
        hub.createContext("/", LoadingTest::answer);
        hub.start();
        return hub;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String commit = "0123456789012345678901234567890123456789";
            if (path.contains("/resolve/")) {
                int bytes = path.endsWith("config.json") ? 2 : BYTES;
                exchange.sendResponseHeaders(200, bytes);
                for (int sent = 0; sent < bytes; sent += 20_000) {
                    exchange.getResponseBody().write(new byte[Math.min(20_000, bytes - sent)]);
                    exchange.getResponseBody().flush();
                    Thread.sleep(100);
                }
                return;
            }
            byte[] body = (path.contains("/tree/")
                            ? """
                    [{"type":"file","path":"config.json","size":2,"oid":"0"},
                     {"type":"file","path":"model.safetensors","size":%d,"oid":"1"}]""".formatted(BYTES)
                            : "{\"sha\":\"%s\",\"siblings\":[]}".formatted(commit))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
