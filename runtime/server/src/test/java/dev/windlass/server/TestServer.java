package dev.windlass.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.engine.Engine;
import dev.windlass.engine.EngineOptions;
import dev.windlass.engine.grammar.GrammarCompiler;
import dev.windlass.engine.grammar.ToolCallFormat;
import dev.windlass.engine.token.ChatTemplate;
import dev.windlass.model.weight.Quantization;
import dev.windlass.server.load.LoadedModel;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.registry.GenerationDefaults;
import dev.windlass.server.registry.ModelRegistry;
import dev.windlass.server.registry.ServedModel;
import io.helidon.webserver.http.Filter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A server on a free port with the parrot as its model, and a client for it. */
final class TestServer implements AutoCloseable {
    static final int CONTEXT = 512;
    static final ServerOptions OPTIONS = ServerOptions.DEFAULT.withAddress("127.0.0.1", 0);

    private static final LoadedModel.Summary SUMMARY = new LoadedModel.Summary(
            "parrot",
            300,
            Quantization.NONE,
            CONTEXT,
            8,
            1,
            List.of(new LoadedModel.Phase("hatching", Duration.ofMillis(20))));

    static final ChatTemplate TEMPLATE = ChatTemplate.of(
            "{% for message in messages %}<|begin|>{{ message.role }}\n{{ message.content }}<|end|>\n{% endfor %}"
                    + "{% if add_generation_prompt %}<|begin|>assistant\n{% endif %}",
            Map.of());

    final ParrotRunner runner;
    final ServerMetrics metrics = new ServerMetrics();
    final Engine engine;
    final ModelRegistry registry;
    final WindlassServer server;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper mapper = new ObjectMapper();

    private TestServer(ServerOptions options, EngineOptions engineOptions, UnaryOperator<ServedModel> change) {
        this(options, engineOptions, change, List.of());
    }

    private TestServer(
            ServerOptions options,
            EngineOptions engineOptions,
            UnaryOperator<ServedModel> change,
            List<Filter> around) {
        runner = new ParrotRunner(8, CONTEXT);
        var tokenizer = new ByteTokenizer();
        engine = Engine.start(runner, tokenizer, engineOptions, metrics.listener("parrot"));
        metrics.loaded("parrot", SUMMARY);
        var model = new ServedModel(
                "parrot",
                Set.of("alias/of-parrot"),
                engine,
                tokenizer,
                TEMPLATE,
                ToolCallFormat.HERMES,
                new GrammarCompiler(tokenizer),
                CONTEXT,
                Instant.parse("2026-01-01T00:00:00Z"),
                GenerationDefaults.NONE);
        metrics.observe(model);
        registry = ModelRegistry.of(change.apply(model));
        server = WindlassServer.start(options, registry, metrics, around);
    }

    static TestServer start() {
        return start(OPTIONS);
    }

    static TestServer start(ServerOptions options) {
        return start(options, EngineOptions.of(8));
    }

    static TestServer start(ServerOptions options, EngineOptions engineOptions) {
        return new TestServer(options, engineOptions, UnaryOperator.identity());
    }

    static TestServer start(UnaryOperator<ServedModel> change) {
        return new TestServer(OPTIONS, EngineOptions.of(8), change);
    }

    /** @param around what surrounds its routes */
    static TestServer start(List<Filter> around) {
        return new TestServer(OPTIONS, EngineOptions.of(8), UnaryOperator.identity(), around);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JsonNode json(HttpResponse<String> response) {
        return json(response.body());
    }

    JsonNode json(String text) {
        try {
            return mapper.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    JsonNode chat(String message, String more) {
        var response = post(
                "/v1/chat/completions",
                "{\"model\":\"parrot\",\"messages\":[{\"role\":\"user\",\"content\":\"" + message + "\"}]" + more
                        + "}");
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return json(response);
    }

    @Override
    public void close() {
        client.close();
        server.close();
        engine.close();
        metrics.close();
    }
}
