package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.engine.EncoderEngine;
import dev.windlass.engine.run.EncoderModel;
import dev.windlass.engine.run.EncoderText;
import dev.windlass.engine.token.HuggingFaceTokenizer;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.registry.EncoderPurpose;
import dev.windlass.server.registry.ModelRegistry;
import dev.windlass.server.registry.ServedEncoder;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An encoder with more to do than it can. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EncoderLoadTest {
    private static final String BODY = "{\"input\":\"Hello\"}";

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger runs = new AtomicInteger();
    private final ServerMetrics metrics = new ServerMetrics();
    private final HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(EncoderServer.MODELS.resolve("embedder"));
    private final EncoderEngine engine = EncoderEngine.start(new Gated(), 1, metrics.encoderListener("gated"));
    private final WindlassServer server = WindlassServer.start(
            TestServer.OPTIONS,
            ModelRegistry.of(new ServedEncoder(
                    "gated", Set.of(), engine, tokenizer, new EncoderPurpose.Embed(2, true), 32, Instant.EPOCH)),
            metrics);
    private final HttpCalls http = new HttpCalls(server.port());

    /** Computes nothing before the gate opens. */
    private final class Gated implements EncoderModel {
        @Override
        public int vocabularySize() {
            return 1000;
        }

        @Override
        public int capacity() {
            return 32;
        }

        @Override
        public int width() {
            return 2;
        }

        @Override
        public int maximumTokens() {
            return 32;
        }

        @Override
        public float[][] run(List<EncoderText> texts) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            runs.incrementAndGet();
            return texts.stream().map(_ -> new float[] {3, 4}).toArray(float[][]::new);
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void stop() {
        gate.countDown();
        http.close();
        server.close();
        engine.close();
        tokenizer.close();
        metrics.close();
    }

    /** A request that the engine has taken. */
    private CompletableFuture<HttpResponse<String>> send(int running, int waiting) {
        var response = CompletableFuture.supplyAsync(() -> http.post("/v1/embeddings", BODY));
        await().until(() ->
                engine.snapshot().running() == running && engine.snapshot().waiting() == waiting);
        return response;
    }

    @Test
    void tellsClientsToComeBackWhenTooManyWait() {
        var first = send(1, 0);
        var second = send(1, 1);
        var refused = http.post("/v1/embeddings", BODY);
        gate.countDown();

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValueAsLong("retry-after").orElseThrow())
                .isPositive();
        assertThat(HttpCalls.json(refused.body()).at("/error/code").asText()).isEqualTo("queue_full");
        for (var answered : List.of(first, second)) {
            assertThat(HttpCalls.json(answered.join().body()).at("/data/0/embedding"))
                    .hasToString("[0.6,0.8]");
        }
    }

    @Test
    void givesUpWhatIsNotDoneInTime() {
        var first = send(1, 0);
        var late = CompletableFuture.supplyAsync(() -> http.send(HttpRequest.newBuilder(http.uri("/v1/embeddings"))
                .header("x-request-timeout", "0.05")
                .POST(HttpRequest.BodyPublishers.ofString(BODY))));
        await().until(() -> engine.snapshot().waiting() == 1);
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        gate.countDown();

        assertThat(late.join().statusCode()).isEqualTo(504);
        assertThat(first.join().statusCode()).isEqualTo(200);
    }

    @Test
    void forgetsClientsThatLeft() throws Exception {
        var first = send(1, 0);
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY.length() + "\r\n\r\n"
                                    + BODY)
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> engine.snapshot().waiting() == 1);
            socket.setSoLinger(true, 0);
        }
        // The first client's connection and the one that asks.
        await().until(() -> http.get("/metrics").body().contains("windlass_http_connections 2.0"));
        gate.countDown();

        assertThat(first.join().statusCode()).isEqualTo(200);
        await().until(() ->
                engine.snapshot().waiting() == 0 && engine.snapshot().running() == 0);
        assertThat(runs).hasValue(1);
    }
}
