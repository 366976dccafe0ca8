package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.windlass.gateway.edge.Allowances;
import dev.windlass.gateway.edge.Allowances.RedisFailure;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.Caller;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Passage;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits and the response cache as clients of a gateway meet them. */
class AllowanceTest {
    private static final String ASKS = """
            {"model":"m","temperature":0,"stream":%s,"messages":[{"role":"user","content":"Hi"}]}""";

    private final Allowances allowances = new Allowances(null, RedisFailure.Local, 1 << 20);
    private final CurrentRoutes routes = new CurrentRoutes();
    private final TestGateway gateway = new TestGateway(
            routes,
            EdgePolicy.inOrder(List.of(AllowanceTest::identify, allowances.limits(), allowances.cache())),
            series());

    private List<MultiCollector> series() {
        return allowances.series(routes, _ -> List.of());
    }

    @AfterEach
    void close() {
        gateway.close();
        allowances.close();
    }

    /** In the place of keys. */
    private static Passage identify(Arrival arrival) {
        arrival.header("x-caller").ifPresent(id -> arrival.identify(new Caller(id, null)));
        return Passage.FREE;
    }

    private void route(FakeRuntime runtime, String settings) {
        gateway.route("deployments:\n- name: m\n  %s\n  endpoints:\n  - {address: '%s'}\n"
                .formatted(settings, runtime.address()));
    }

    /** An answer that has all that OpenAI's have. */
    private static FakeRuntime.Script answers() {
        return (_, wire) -> wire.json(200, """
                {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",\
                "content":"Hello","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""");
    }

    private static <T> List<T> together(int times, Callable<T> what) throws Exception {
        List<Future<T>> running = new ArrayList<>();
        List<T> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < times; i++) {
                running.add(threads.submit(what));
            }
        }
        for (var future : running) {
            results.add(future.get());
        }
        return results;
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    @Test
    void fiveAMinuteAreFiveOfTwenty() throws Exception {
        var runtime = gateway.runtime(Scripts.says("Hello"));
        route(runtime, "limits: {total: {requestsPerMinute: 5, tokensPerMinute: 100000}}");

        var answers = together(20, gateway::chat);

        assertThat(answers.stream().map(HttpResponse::statusCode).filter(status -> status == 200))
                .hasSize(5);
        var refused = answers.stream()
                .filter(answer -> answer.statusCode() == 429)
                .findFirst()
                .orElseThrow();
        assertThat(refused.body())
                .contains("\"type\":\"requests\"", "\"code\":\"rate_limit_exceeded\"", "Limit 5, Used 5");
        assertThat(Integer.parseInt(header(refused, "retry-after"))).isBetween(1, 60);
        assertThat(header(refused, "x-ratelimit-limit-requests")).isEqualTo("5");
        assertThat(header(refused, "x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(header(refused, "x-ratelimit-limit-tokens")).isEqualTo("100000");
        assertThat(answers.stream().map(answer -> header(answer, "x-ratelimit-remaining-requests")))
                .contains("4", "3", "2", "1", "0");
        assertThat(runtime.received()).hasSize(5);
        assertThat(gateway.operations("/metrics"))
                .contains(
                        "windlass_gateway_limited_total{deployment=\"m\",limit=\"total.requestsPerMinute\",namespace=\"default\"} 15.0",
                        "windlass_gateway_quota_used_ratio{deployment=\"m\",limit=\"total.requestsPerMinute\",namespace=\"default\"} 1.0");
    }

    @Test
    void tokensAreGivenBackWhenTheRuntimeSaysWhatItUsed() throws Exception {
        route(gateway.runtime(Scripts.says("Hello")), "limits: {total: {tokensPerMinute: 1200}}");
        // Each reserves more than a thousand tokens and uses ten, which is settled a moment after the client has its
        // answer.
        for (int i = 0; i < 10; i++) {
            await().until(() -> gateway.chat().statusCode() == 200);
        }
        var last = gateway.chat();
        assertThat(Integer.parseInt(header(last, "x-ratelimit-remaining-tokens")))
                .isLessThan(1200 - 1024 - 90);
    }

    @Test
    void tellsTheRuntimeItsBoundsInThePlaceOfTheClientsOwn() throws Exception {
        var runtime = gateway.runtime(Scripts.says("Hello"));
        route(runtime, "limits: {maxInputTokens: 100, maxOutputTokens: 20}");
        gateway.chat("x-windlass-max-input-tokens", "1000000");
        assertThat(runtime.received().remove().headers())
                .containsEntry("x-windlass-max-input-tokens", "100")
                .containsEntry("x-windlass-max-output-tokens", "20");
    }

    @Test
    void aStreamCountsUntilItsEnd() throws Exception {
        route(gateway.runtime(Scripts.streamsForever(Duration.ofMillis(1))), "limits: {total: {concurrent: 1}}");
        try (var socket = gateway.socket(true)) {
            assertThat(socket.getInputStream().readNBytes(10)).hasSize(10);
            assertThat(gateway.chat().statusCode()).isEqualTo(429);
        }
        route(gateway.runtime(Scripts.says("Hello")), "limits: {total: {concurrent: 1}}");
        await().until(() -> gateway.chat().statusCode() == 200);
    }

    @Test
    void aStampedeOfFiftyIsComputedOnce() throws Exception {
        var runtime = gateway.runtime((request, wire) -> {
            Thread.sleep(200);
            answers().answer(request, wire);
        });
        route(runtime, "responseCache: {}");

        var answers = together(50, () -> gateway.post("/v1/chat/completions", ASKS.formatted(false)));

        assertThat(runtime.received()).hasSize(1);
        assertThat(answers.stream().map(HttpResponse::statusCode)).containsOnly(200);
        assertThat(answers.stream().map(answer -> header(answer, "x-windlass-cache")))
                .containsOnlyOnce("miss")
                .contains("shared")
                .isSubsetOf("miss", "shared", "hit");
        assertThat(answers.stream().map(HttpResponse::body).collect(Collectors.toSet()))
                .as("ids differ, and nothing else")
                .hasSizeGreaterThanOrEqualTo(50)
                .allSatisfy(body -> assertThat(body).contains("Hello"));
        assertThat(gateway.operations("/metrics"))
                .contains(
                        "windlass_gateway_cache_requests_total{deployment=\"m\",namespace=\"default\",result=\"miss\"} 1.0");
    }

    @Test
    void aHitAsksNobodyAndCostsNoTokens() throws Exception {
        var runtime = gateway.runtime(answers());
        route(runtime, "limits: {total: {tokensPerMinute: 1100, requestsPerMinute: 3}}\n  responseCache: {}");
        for (String result : List.of("miss", "hit", "hit")) {
            var answer = gateway.post("/v1/chat/completions", ASKS.formatted(false));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "x-windlass-cache")).isEqualTo(result);
            assertThat(header(answer, "x-windlass-model-revision")).isEqualTo("m");
        }
        assertThat(runtime.received()).hasSize(1);
        assertThat(gateway.post("/v1/chat/completions", ASKS.formatted(false)).statusCode())
                .as("requests are counted all the same")
                .isEqualTo(429);
    }

    @Test
    void nobodyReadsWhatAnotherAskedFor() throws Exception {
        var runtime = gateway.runtime(answers());
        route(runtime, "responseCache: {}");
        for (String caller : List.of("alice", "bob", "alice", "bob")) {
            gateway.post("/v1/chat/completions", ASKS.formatted(false), "x-caller", caller);
        }
        assertThat(runtime.received()).hasSize(2);
        gateway.post("/v1/chat/completions", ASKS.formatted(false), "x-caller", "bob", "cache-control", "no-store");
        assertThat(runtime.received()).hasSize(3);
    }

    @Test
    void aCanaryIsAskedEveryTime() throws Exception {
        var runtime = gateway.runtime(answers());
        gateway.route("""
                deployments:
                - name: m
                  responseCache: {}
                  revisions: [{name: a, weight: 90}, {name: b, weight: 10}]
                  endpoints: [{address: '%s', revision: a}]
                """.formatted(runtime.address()));
        for (int i = 0; i < 2; i++) {
            var answer = gateway.post("/v1/chat/completions", ASKS.formatted(false));
            assertThat(header(answer, "x-windlass-cache")).isEqualTo("bypass");
        }
        assertThat(runtime.received()).hasSize(2);
    }

    @Test
    void openAisClientReadsAWholeAnswerAsAStreamAndAStreamWhole() throws Exception {
        var runtime = gateway.runtime(answers());
        route(runtime, "responseCache: {}");
        var client = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.uri("/v1").toString())
                .apiKey("none")
                .build();
        var asks = ChatCompletionCreateParams.builder()
                .model("m")
                .temperature(0)
                .addUserMessage("Hi")
                .build();
        assertThat(client.chat()
                        .completions()
                        .create(asks)
                        .choices()
                        .getFirst()
                        .message()
                        .content())
                .contains("Hello");

        try (var stream = client.chat().completions().createStreaming(asks)) {
            var chunks = stream.stream().toList();
            assertThat(chunks.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .flatMap(choice -> choice.delta().content().stream())
                            .collect(Collectors.joining()))
                    .isEqualTo("Hello");
            assertThat(chunks.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .flatMap(choice -> choice.finishReason().stream()))
                    .hasSize(1);
        }
        assertThat(runtime.received()).hasSize(1);
        client.close();
    }

    @Test
    void aStreamThatWasComputedIsGivenAgainWhole() throws Exception {
        var runtime = gateway.runtime(Scripts.streams(Duration.ZERO, Duration.ZERO, 3));
        route(runtime, "responseCache: {}");
        assertThat(gateway.post("/v1/chat/completions", ASKS.formatted(true)).body())
                .contains("t0 ", "t2 ");

        var whole = gateway.post("/v1/chat/completions", ASKS.formatted(false));

        assertThat(header(whole, "x-windlass-cache")).isEqualTo("hit");
        assertThat(whole.body())
                .contains("\"object\":\"chat.completion\"", "\"content\":\"t0 t1 t2 \"", "\"completion_tokens\":3");
        assertThat(runtime.received()).hasSize(1);
    }

    @Test
    void whatHasNotHappenedYetIsNought() throws Exception {
        route(gateway.runtime(answers()), "limits: {total: {tokensPerMinute: 5}}\n  responseCache: {}");
        assertThat(gateway.operations("/metrics"))
                .contains(
                        "windlass_gateway_limited_total{deployment=\"m\",limit=\"total.tokensPerMinute\",namespace=\"default\"} 0.0",
                        "windlass_gateway_quota_used_ratio{deployment=\"m\",limit=\"total.tokensPerMinute\",namespace=\"default\"} 0.0",
                        "windlass_gateway_cache_requests_total{deployment=\"m\",namespace=\"default\",result=\"hit\"} 0.0",
                        "windlass_gateway_cache_requests_total{deployment=\"m\",namespace=\"default\",result=\"miss\"} 0.0",
                        "windlass_gateway_cache_requests_total{deployment=\"m\",namespace=\"default\",result=\"bypass\"} 0.0",
                        "windlass_gateway_cache_requests_total{deployment=\"m\",namespace=\"default\",result=\"shared\"} 0.0")
                .doesNotContain("total.requestsPerMinute", "perKey");

        route(gateway.runtime(answers()), "limits: {maxInputTokens: 5}");
        assertThat(gateway.operations("/metrics"))
                .doesNotContain("windlass_gateway_limited_total{", "windlass_gateway_cache_requests_total{");
    }

    @Test
    void itsSeriesAreDocumented() throws Exception {
        route(gateway.runtime(answers()), "limits: {total: {requestsPerMinute: 5}}\n  responseCache: {}");
        gateway.chat();
        String document = Files.readString(Path.of("..", "..", "docs", "metrics.md"));
        for (var series : series()) {
            for (var snapshot : series.collect()) {
                boolean counts = snapshot instanceof CounterSnapshot;
                String labels = snapshot.getDataPoints().getFirst().getLabels().stream()
                        .map(label -> "`" + label.getName() + "`")
                        .sorted()
                        .collect(Collectors.joining(", "));
                String row = document.lines()
                        .filter(line -> line.startsWith("| `%s%s` | %s |"
                                .formatted(
                                        snapshot.getMetadata().getName(),
                                        counts ? "_total" : "",
                                        counts ? "counter" : "gauge")))
                        .findFirst()
                        .orElseThrow();
                assertThat(Stream.of(row.split("\\|")[3].split(","))
                                .map(String::strip)
                                .sorted())
                        .as(row)
                        .containsExactly(labels.split(", "));
            }
        }
    }
}
