package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.api.ResourceFile;
import dev.windlass.gateway.edge.Filtering;
import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.upstream.RuntimeTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A content filter in a gateway that is started, with a client before it and runtimes behind it. */
class FilterTest {
    private static final String POLICY = """
            apiVersion: windlass.dev/v1alpha1
            kind: LlmFilterPolicy
            metadata: {name: house}
            spec:
              rules:
              - {name: words, keywords: {words: [forbidden fruit]}}
              - {name: pii, pii: {}}
              - {name: rude, toxicity: {model: judge, threshold: "0.7", labels: [toxic]}, direction: Input}
            """;

    @TempDir
    static Path directory;

    private final List<Filtering> filters = new ArrayList<>();
    private final TestGateway gateway = new TestGateway(this::filtering);
    private final FakeRuntime judge = gateway.runtime((request, wire) -> {
        assertThat(request.target()).isEqualTo("/v1/classify");
        boolean isRude = request.body().contains("idiot");
        wire.json(200, "{\"labels\":[\"toxic\",\"fun\"],\"data\":[{\"probs\":[%s,0.9]}]}".formatted(isRude ? .9 : .1));
    });

    private Filtering filtering(CurrentRoutes routes) {
        var filtering = new Filtering(routes, Map.of(), RuntimeTls.NONE);
        filtering.policies().replace(policies(POLICY));
        filters.add(filtering);
        return filtering;
    }

    private static List<LlmFilterPolicy> policies(String yaml) {
        try {
            return ResourceFile.contents(Files.writeString(directory.resolve("policy.yaml"), yaml))
                    .policies();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    @AfterEach
    void close() {
        gateway.close();
        filters.forEach(Filtering::close);
    }

    private void routeTo(FakeRuntime runtime, String more) {
        gateway.route("""
                deployments:
                - name: m
                  contentFilter: {policyRef: {name: house}%s}
                  endpoints: [{address: '%s', revision: m-1}]
                  revisions: [{name: m-1, weight: 100}]
                - {name: judge, endpoints: [{address: '%s'}]}
                """.formatted(more, runtime.address(), judge.address()));
    }

    private static String chat(String text) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted(text);
    }

    @Test
    void refusesRedactsAndAsksBeforeARuntimeSeesARequest() throws Exception {
        var runtime = gateway.runtime(Scripts.says("Hello"));
        routeTo(runtime, "");

        var refused = gateway.post("/v1/chat/completions", chat("a forbidden fruit"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains(
                        "\"code\":\"content_filter\"",
                        "\"type\":\"invalid_request_error\"",
                        "\"param\":\"messages[0].content\"");
        assertThat(gateway.post("/v1/chat/completions", chat("You idiot")).statusCode())
                .isEqualTo(400);
        assertThat(gateway.post("/v1/chat/completions", chat("mail a@b.cd")).statusCode())
                .isEqualTo(200);

        assertThat(runtime.received()).hasSize(1);
        assertThat(runtime.received().remove().body()).contains("mail [email]");
        assertThat(gateway.operations("/metrics"))
                .contains(
                        "windlass_gateway_filter_verdicts_total{action=\"Block\",deployment=\"m\",direction=\"input\",namespace=\"default\",rule=\"words\"} 1",
                        "windlass_gateway_filter_verdicts_total{action=\"Redact\",deployment=\"m\",direction=\"input\",namespace=\"default\",rule=\"pii\"} 1",
                        "windlass_gateway_filter_verdicts_total{action=\"Block\",deployment=\"m\",direction=\"input\",namespace=\"default\",rule=\"rude\"} 1",
                        "windlass_gateway_filter_seconds_count{deployment=\"m\",direction=\"input\",namespace=\"default\"}");
    }

    /** Where a match would be counted. */
    private static String verdicts(String action, String direction, String rule) {
        return "windlass_gateway_filter_verdicts_total{action=\"%s\",deployment=\"m\",direction=\"%s\",namespace=\"default\",rule=\"%s\"}"
                .formatted(action, direction, rule);
    }

    @Test
    void countsFromNothingWhateverRulesThereAreNow() throws Exception {
        var runtime = gateway.runtime(Scripts.says("Hello"));
        routeTo(runtime, "");
        assertThat(gateway.operations("/metrics"))
                .contains(
                        verdicts("Block", "input", "words") + " 0",
                        verdicts("Redact", "output", "pii") + " 0",
                        verdicts("Error", "input", "rude") + " 0",
                        "windlass_gateway_filter_seconds_count{deployment=\"m\",direction=\"input\",namespace=\"default\"} 0",
                        "windlass_gateway_filter_seconds_count{deployment=\"m\",direction=\"output\",namespace=\"default\"} 0")
                .doesNotContain("Would");

        filters.getFirst()
                .policies()
                .replace(policies(POLICY.replace("name: words", "name: others").replace(", direction: Input", "")));
        assertThat(gateway.operations("/metrics"))
                .contains(verdicts("Block", "input", "others") + " 0", verdicts("Error", "output", "rude") + " 0")
                .doesNotContain(verdicts("Block", "input", "words"));

        routeTo(runtime, ", input: Monitor, output: 'Off'");
        assertThat(gateway.operations("/metrics"))
                .contains(verdicts("WouldBlock", "input", "others") + " 0")
                .doesNotContain("direction=\"output\"");
    }

    @Test
    void cutsAStreamAndTheRuntimeStops() throws Exception {
        var runtime = gateway.runtime((_, wire) -> {
            wire.events();
            wire.role();
            for (String token : List.of("Take", " the", " for", "bid", "den", " fr", "uit")) {
                wire.token(token);
            }
            for (int i = 0; i < 100_000; i++) {
                wire.token(" more");
                Thread.sleep(1);
            }
        });
        routeTo(runtime, "");

        var answer = gateway.stream();

        assertThat(answer.body())
                .contains("Take ", "the ", "\"finish_reason\":\"content_filter\"")
                .endsWith("data: [DONE]\n\n")
                .doesNotContain("bid", "more");
        await().until(() -> runtime.abandoned() == 1);
        await().untilAsserted(() ->
                assertThat(gateway.operations("/internal/measurements")).contains("\"filter_blocks\":1"));
        assertThat(gateway.operations("/metrics"))
                .contains("windlass_gateway_filter_blocks_total{name=\"m\",namespace=\"default\",revision=\"m-1\"} 1");
    }

    @Test
    void wholeAnswersAreCutOrChanged() throws Exception {
        routeTo(gateway.runtime(Scripts.says("Call +49 30 901820 or take the forbidden fruit")), "");

        assertThat(gateway.chat().body())
                .contains("\"content\":\"Call [phone] or take the \"", "\"finish_reason\":\"content_filter\"");
    }

    @Test
    void monitoringLetsEverythingPass() throws Exception {
        routeTo(gateway.runtime(Scripts.says("the forbidden fruit")), ", input: Monitor, output: Monitor");

        assertThat(gateway.post("/v1/chat/completions", chat("a forbidden fruit"))
                        .body())
                .isEqualTo(Scripts.answer("the forbidden fruit"));
        assertThat(gateway.operations("/metrics"))
                .contains("action=\"WouldBlock\",deployment=\"m\",direction=\"input\"")
                .contains("action=\"WouldBlock\",deployment=\"m\",direction=\"output\"");
    }

    @Test
    void moderatesWithoutAnyModel() throws Exception {
        var runtime = gateway.runtime(Scripts.says("Hello"));
        routeTo(runtime, "");

        var answer = gateway.post("/v1/moderations", "{\"model\":\"m\",\"input\":[\"Hello\",\"You idiot, a@b.cd\"]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains(
                        "\"model\":\"m\"",
                        "{\"flagged\":false,\"categories\":{\"words\":false,\"pii\":false,\"rude\":false}",
                        "{\"flagged\":true,\"categories\":{\"words\":false,\"pii\":true,\"rude\":true},\"category_scores\":{\"words\":0.0,\"pii\":1.0,\"rude\":0.9}");
        assertThat(runtime.received()).isEmpty();
        assertThat(gateway.post("/v1/moderations", "{\"model\":\"m\",\"input\":[1]}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aClassifierThatIsSilentClosesTheFilterInTime() throws Exception {
        judge.script(Scripts.staysSilent());
        var runtime = gateway.runtime(Scripts.says("Hello"));
        routeTo(runtime, "");

        long begun = System.nanoTime();
        var answer = gateway.post("/v1/chat/completions", chat("Hello"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("content_filter_unavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        routeTo(runtime, ", onError: FailOpen");
        assertThat(gateway.post("/v1/chat/completions", chat("Hello")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aPolicyThatIsMissingClosesTheModel() throws Exception {
        filters.getFirst().policies().replace(List.of());
        routeTo(gateway.runtime(Scripts.says("Hello")), "");

        assertThat(gateway.chat().statusCode()).isEqualTo(503);
    }
}
