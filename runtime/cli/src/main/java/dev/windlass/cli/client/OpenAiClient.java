package dev.windlass.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Talks to an OpenAI-compatible server. Thread-safe; close it to end its connections. */
public final class OpenAiClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI base;
    private final Optional<String> key;
    private final Duration timeout;

    /**
     * @param base the server, with or without the trailing {@code /v1}
     * @param key sent as a bearer token
     * @param timeout from sending a request to its response's headers
     */
    public OpenAiClient(URI base, Optional<String> key, Duration timeout) {
        String text = base.toString().replaceAll("/+$", "");
        this.base = URI.create(text.endsWith("/v1") ? text : text + "/v1");
        this.key = key;
        this.timeout = timeout;
    }

    /** The names of the models served. */
    public List<String> models() throws IOException, InterruptedException {
        var response =
                send(request("/models").GET().build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() != 200) {
            throw new ServerError(response.statusCode(), message(response.body()));
        }
        var names = new ArrayList<String>();
        JSON.readTree(response.body())
                .path("data")
                .forEach(model -> names.add(model.path("id").asText()));
        return names;
    }

    /** Receives each event of a stream as it arrives. */
    @FunctionalInterface
    public interface Listener {
        /** @return false to hang up */
        boolean onEvent(JsonNode event);
    }

    /**
     * Sends a streaming request and hands over its events until the stream ends.
     *
     * @param path under /v1, such as {@code /chat/completions}
     * @throws ServerError when the server answers with an error, before the stream or in it
     * @throws Unreachable when the server does not answer, or goes away in the middle of the stream
     */
    public void stream(String path, JsonNode body, Listener listener) throws IOException, InterruptedException {
        var request = request(path)
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        HttpResponse<InputStream> response = send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8), 1 << 12)) {
            if (response.statusCode() != 200) {
                throw new ServerError(response.statusCode(), message(String.join("\n", lines.readAllLines())));
            }
            for (String line = next(lines); line != null; line = next(lines)) {
                if (!line.startsWith("data:")) {
                    continue;
                }
                String data = line.substring("data:".length()).strip();
                if (data.equals("[DONE]")) {
                    return;
                }
                JsonNode event = JSON.readTree(data);
                if (event.has("error")) {
                    throw new ServerError(event.path("error").path("code").asInt(500), message(data));
                }
                if (!listener.onEvent(event)) {
                    return;
                }
            }
        }
    }

    private @Nullable String next(BufferedReader lines) throws Unreachable {
        try {
            return lines.readLine();
        } catch (IOException problem) {
            throw new Unreachable("%s went away in the middle of an answer".formatted(base), problem);
        }
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        try {
            return http.send(request, body);
        } catch (ConnectException refused) {
            throw new Unreachable(
                    "nothing answers at %s (is a server running there? ./windlass serve starts one)".formatted(base),
                    refused);
        } catch (IOException problem) {
            throw new Unreachable("%s: %s".formatted(base, problem.getMessage()), problem);
        }
    }

    private HttpRequest.Builder request(String path) {
        var builder = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
        key.ifPresent(secret -> builder.header("Authorization", "Bearer " + secret));
        return builder;
    }

    private static String message(String body) {
        try {
            String message = JSON.readTree(body).path("error").path("message").asText();
            return message.isEmpty() ? body.strip() : message;
        } catch (JsonProcessingException notJson) {
            return body.strip();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /** The server's own words for what it refused. */
    public static final class ServerError extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        ServerError(int status, String message) {
            super("the server answered %d: %s".formatted(status, message));
            this.status = status;
        }

        /** The HTTP status. */
        public int status() {
            return status;
        }
    }

    /** The server did not answer, or not to the end. */
    public static final class Unreachable extends IOException {
        private static final long serialVersionUID = 1L;

        Unreachable(String message, IOException cause) {
            super(message, cause);
        }
    }
}
