package dev.windlass.cli.load;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.cli.client.OpenAiClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Runs a plan against a server at one level of concurrency after another. */
public final class LoadDriver {
    /** Short everyday words: nearly every tokenizer has each of them, with its leading space, as one token. */
    private static final String[] WORDS =
            ("time year people way day man thing woman life child world school state family student group country problem"
                            + " hand part place case week company system program question work government number night point"
                            + " home water room mother area money story fact month lot right study book eye job word business"
                            + " issue side kind head house service friend father power hour game line end member law car")
                    .split(" ");

    private final OpenAiClient client;
    private final LoadPlan plan;

    public LoadDriver(OpenAiClient client, LoadPlan plan) {
        this.client = client;
        this.plan = plan;
    }

    /**
     * Runs the plan's requests with {@code concurrency} clients, each sending its next request when the last is done.
     *
     * @param done called after each request, from any thread
     */
    public LevelReport run(int concurrency, Runnable done) throws InterruptedException {
        var measured = Collections.synchronizedList(new ArrayList<RequestMeasurement>());
        var failures = Collections.synchronizedList(new ArrayList<String>());
        var next = new AtomicInteger();
        long start = System.nanoTime();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> loops = new ArrayList<>();
            for (int i = 0; i < concurrency; i++) {
                loops.add(clients.submit(() -> {
                    for (int number = next.getAndIncrement();
                            number < plan.requests();
                            number = next.getAndIncrement()) {
                        try {
                            measured.add(request(concurrency, number));
                        } catch (IOException problem) {
                            failures.add(String.valueOf(problem.getMessage()));
                        }
                        done.run();
                    }
                    return null;
                }));
            }
            for (var loop : loops) {
                loop.get();
            }
        } catch (ExecutionException problem) {
            throw new IllegalStateException("a load client failed", problem.getCause());
        }
        return LevelReport.of(concurrency, measured, failures, System.nanoTime() - start);
    }

    private RequestMeasurement request(int level, int number) throws IOException, InterruptedException {
        var body = body(prompt(level, number));
        var times = new Object() {
            long last;
            int events;
            final long[] gaps = new long[plan.outputTokens()];
            long first;
            int promptTokens;
            int generatedTokens;
        };
        long start = System.nanoTime();
        client.stream(plan.chat() ? "/chat/completions" : "/completions", body, event -> {
            long now = System.nanoTime();
            var choice = event.path("choices").path(0);
            String text = plan.chat()
                    ? choice.path("delta").path("content").asText("")
                    : choice.path("text").asText("");
            if (!text.isEmpty()) {
                if (times.events == 0) {
                    times.first = now - start;
                } else if (times.events <= times.gaps.length) {
                    times.gaps[times.events - 1] = now - times.last;
                }
                times.events++;
                times.last = now;
            }
            var usage = event.path("usage");
            if (usage.isObject()) {
                times.promptTokens = usage.path("prompt_tokens").asInt();
                times.generatedTokens = usage.path("completion_tokens").asInt();
            }
            return true;
        });
        if (times.events == 0) {
            throw new IOException("a stream ended without a token");
        }
        int gaps = Math.min(times.events - 1, times.gaps.length);
        return new RequestMeasurement(
                times.first,
                java.util.Arrays.copyOf(times.gaps, gaps),
                System.nanoTime() - start,
                times.promptTokens,
                times.generatedTokens == 0 ? times.events : times.generatedTokens);
    }

    private ObjectNode body(String prompt) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("model", plan.model());
        if (plan.chat()) {
            body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        } else {
            body.put("prompt", prompt);
        }
        body.put("max_tokens", plan.outputTokens());
        body.put("temperature", 0);
        body.put("ignore_eos", true);
        body.put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        return body;
    }

    /** Different for every request of a run, so that nothing but the shared prefix can come from a cache. */
    private String prompt(int level, int number) {
        var text = new StringBuilder();
        append(text, random(plan.seed()), plan.sharedPrefix());
        append(
                text,
                random(plan.seed() + 31L * level + 7919L * (number + 1)),
                plan.promptTokens() - plan.sharedPrefix());
        return text.toString();
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static void append(StringBuilder text, RandomGenerator random, int words) {
        for (int i = 0; i < words; i++) {
            text.append(text.isEmpty() ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
    }
}
