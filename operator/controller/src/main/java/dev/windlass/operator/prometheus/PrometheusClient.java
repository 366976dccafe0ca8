package dev.windlass.operator.prometheus;

import dev.windlass.operator.rollout.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one instant query and waits for its answer, not for long. Whatever goes wrong is an answer in words. Redirects are not
 * followed and nothing secret is sent: the address may be one that a user of the cluster wrote.
 */
final class PrometheusClient implements AutoCloseable {
    /** One number is in it; what is longer is something else. */
    private static final int LONGEST_ANSWER = 1 << 20;

    private final Duration patience;
    private final HttpClient http;

    PrometheusClient(Duration patience) {
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience)
                .build();
    }

    /**
     * An answer, or that there was none.
     *
     * @param reached whether another question is worth sending there
     */
    record Reply(Answer answer, boolean reached) {}

    /**
     * Asks.
     *
     * @param at the moment of which the value is wanted
     */
    Reply ask(String server, String query, Instant at) throws InterruptedException {
        HttpRequest request;
        try {
            request = request(server, query, at);
        } catch (IllegalArgumentException malformed) {
            return unreached("expected an address of Prometheus, got \"%s\"".formatted(server));
        }
        // The deadline is for all of the answer, and not only until it begins.
        CompletableFuture<HttpResponse<byte[]>> asked =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
        try {
            HttpResponse<byte[]> response = asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(QueryAnswer.read(response.statusCode(), response.body()), true);
        } catch (TimeoutException late) {
            return unreached(late());
        } catch (ExecutionException problem) {
            return unreached(words(Objects.requireNonNullElse(problem.getCause(), problem)));
        } finally {
            asked.cancel(true);
        }
    }

    private HttpRequest request(String server, String query, Instant at) {
        String form = "query=%s&time=%s&timeout=%ds"
                .formatted(
                        URLEncoder.encode(query, StandardCharsets.UTF_8),
                        String.format(Locale.ROOT, "%.3f", at.toEpochMilli() / 1000.0),
                        Math.max(1, patience.toSeconds() - 1));
        return HttpRequest.newBuilder(URI.create(server.replaceAll("/+$", "") + "/api/v1/query"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(form))
                .build();
    }

    private String late() {
        return "Prometheus did not answer within " + patience.toSeconds() + " s";
    }

    private String words(Throwable problem) {
        return switch (problem) {
            case HttpTimeoutException late -> late();
            case ConnectException refused -> "Prometheus could not be reached";
            case IOException broken -> "Prometheus could not be asked: " + broken.getMessage();
            default -> "Prometheus could not be asked: " + problem;
        };
    }

    private static Reply unreached(String reason) {
        return new Reply(new Answer.None(reason), false);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
