package dev.windlass.server.proof;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.model.weight.Quantization;
import dev.windlass.server.ServerOptions;
import dev.windlass.server.WindlassServer;
import dev.windlass.server.metrics.ServerMetrics;
import dev.windlass.server.registry.ModelRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The demo model behind a server on a free port. */
final class DemoServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DemoModel model;
    private final ServerMetrics metrics = new ServerMetrics();
    private final WindlassServer server;

    /** A question, and what a right reply contains. */
    record Question(String question, String answer) {}

    DemoServer(Quantization quantization, ServerOptions options) throws IOException {
        model = new DemoModel(quantization);
        server = WindlassServer.start(
                options.withAddress("127.0.0.1", 0),
                ModelRegistry.of(model.loaded().served()),
                metrics);
    }

    static List<Question> questions() throws IOException {
        var questions = new ArrayList<Question>();
        for (var line : Files.readAllLines(DemoModel.DIRECTORY.resolve("questions.jsonl"))) {
            questions.add(JSON.readValue(line, Question.class));
        }
        return questions;
    }

    DemoModel model() {
        return model;
    }

    int port() {
        return server.port();
    }

    static String body(String question, Map<String, Object> more) throws IOException {
        var body = new LinkedHashMap<String, Object>(more);
        body.put("model", "demo");
        body.put("messages", List.of(Map.of("role", "user", "content", question)));
        return JSON.writeValueAsString(body);
    }

    /** The reply to a question at temperature 0. */
    String ask(HttpClient client, String question) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/v1/chat/completions"))
                .timeout(DemoModel.DEADLINE)
                .POST(HttpRequest.BodyPublishers.ofString(body(question, Map.of("temperature", 0, "max_tokens", 96))))
                .build();
        var response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body()).at("/choices/0/message/content").asText();
    }

    @Override
    public void close() {
        server.close();
        model.close();
        metrics.close();
    }
}
