package dev.windlass.operator.smoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.api.CanarySpec;
import dev.windlass.operator.rollout.SmokeResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Smoke prompts under way, and how they went. A revision is asked once; its answers count for as long as it is on trial. An
 * operator that starts anew asks again.
 */
public final class SmokeTests implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** For one answer: a model that takes longer for a sentence serves nobody. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int TRIES = 3;
    private static final int LONGEST_ANSWER = 1 << 20;
    private static final int TOKENS = 128;

    private final HttpClient http;
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Trial, SmokeResult> results = new ConcurrentHashMap<>();

    /** @param client what to ask with */
    public SmokeTests(HttpClient.Builder client) {
        this.http = client.connectTimeout(Duration.ofSeconds(5)).build();
    }

    /**
     * What is asked of whom.
     *
     * @param resource the resource's uid
     * @param revision the hash
     */
    public record Trial(String resource, String revision, List<CanarySpec.Prompt> prompts) {
        public Trial {
            prompts = List.copyOf(prompts);
        }
    }

    /**
     * How it went, or pending; the first call begins.
     *
     * @param runtime a pod's base address
     * @param model what the runtime calls its model
     * @param afterwards runs when there is an answer
     */
    public SmokeResult of(Trial trial, URI runtime, String model, Runnable afterwards) {
        SmokeResult known = results.putIfAbsent(trial, new SmokeResult.Pending());
        if (known == null) {
            askers.execute(() -> {
                results.put(trial, ask(trial, runtime, model));
                afterwards.run();
            });
            return new SmokeResult.Pending();
        }
        return known;
    }

    /** Forgets trials of resources that are gone, and those that are over. */
    public void retain(Collection<Trial> current, String resource) {
        results.keySet().removeIf(trial -> trial.resource().equals(resource) && !current.contains(trial));
    }

    private SmokeResult ask(Trial trial, URI runtime, String model) {
        try {
            for (CanarySpec.Prompt prompt : trial.prompts()) {
                String answer = answer(runtime, model, prompt.prompt());
                if (!answer.contains(prompt.expect())) {
                    return new SmokeResult.Failed("prompt \"%s\": expected an answer with \"%s\", got \"%s\""
                            .formatted(shortened(prompt.prompt()), prompt.expect(), shortened(answer)));
                }
            }
            return new SmokeResult.Passed();
        } catch (IOException problem) {
            return new SmokeResult.Failed("the smoke prompts could not be asked: " + problem.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new SmokeResult.Pending();
        }
    }

    private String answer(URI runtime, String model, String prompt) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode()
                .put("model", model)
                .put("temperature", 0)
                .put("max_tokens", TOKENS);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        var request = HttpRequest.newBuilder(runtime.resolve("/v1/chat/completions"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        IOException last = new IOException("never asked");
        for (int i = 0; i < TRIES; i++) {
            try {
                var response = http.send(request, BodyHandlers.ofInputStream());
                try (InputStream stream = response.body()) {
                    return content(response.statusCode(), stream.readNBytes(LONGEST_ANSWER));
                }
            } catch (IOException problem) {
                last = problem;
                Thread.sleep(PAUSE);
            }
        }
        throw last;
    }

    private static String content(int status, byte[] answer) throws IOException {
        JsonNode json = JSON.readTree(answer);
        if (status != 200) {
            throw new IOException("status %d: %s"
                    .formatted(
                            status, shortened(json.path("error").path("message").asText(""))));
        }
        return json.path("choices").path(0).path("message").path("content").asText("");
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    @Override
    public void close() {
        askers.shutdownNow();
        http.shutdownNow();
    }
}
