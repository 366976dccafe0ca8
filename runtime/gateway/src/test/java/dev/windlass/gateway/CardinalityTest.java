package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.ResourceFile;
import dev.windlass.gateway.edge.Allowances;
import dev.windlass.gateway.edge.Policies;
import dev.windlass.gateway.fake.Scripts;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.policy.keys.KeyDigest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever callers make up, there are no more series than deployments, revisions and rules. */
class CardinalityTest {
    private static final String POLICY = """
            apiVersion: windlass.dev/v1alpha1
            kind: LlmFilterPolicy
            metadata: {name: house}
            spec: {rules: [{name: weapons, keywords: {words: [plutonium]}}]}
            """;
    private static final String ROUTES = """
            deployments:
            - name: m
              auth: {mode: ApiKey, selector: {matchLabels: {tier: gold}}}
              limits:
                perKey: {requestsPerMinute: 100, tokensPerMinute: 100000}
                total: {requestsPerMinute: 100000, tokensPerMinute: 100000000, tokensPerDay: 1000000000, concurrent: 100}
              contentFilter: {policyRef: {name: house}}
              responseCache: {ttl: 1h}
              endpoints: [{address: '%s'}]
            """;

    /** Whose key has a quota of its own. */
    private static final int FAVOURED = 2;

    private final CurrentRoutes routes = new CurrentRoutes();
    private final Random random = new Random(7);

    @TempDir
    Path folder;

    private Policies policies;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        var keys = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            keys.append("""
                    ---
                    kind: Secret
                    metadata: {name: key-%1$d, labels: {windlass.dev/keys: "true", tier: gold}}
                    stringData: {sha256: %2$s%3$s}
                    """.formatted(
                            i, KeyDigest.of("secret-" + i).hex(), i == FAVOURED ? ", tokensPerDay: '1000000'" : ""));
        }
        Path file = Files.writeString(folder.resolve("keys.yaml"), keys);
        policies = new Policies(
                routes,
                new Allowances(null, Allowances.RedisFailure.Local, 1 << 20),
                new Policies.Places(List.of(file), folder.resolve("audit.log"), Map.of()));
        policies.filterPolicies()
                .replace(ResourceFile.contents(Files.writeString(folder.resolve("policy.yaml"), POLICY))
                        .policies());
        gateway = new TestGateway(TestGateway.OPTIONS, routes, policies.edge());
        gateway.route(ROUTES.formatted(gateway.runtime(Scripts.says("Hello")).address()));
    }

    @AfterEach
    void close() {
        gateway.close();
        policies.close();
    }

    @Test
    void callersMakeNoSeries() throws Exception {
        // All of them begin at nought: to rate() a series that begins with 1 has never grown.
        Set<String> before = series();
        assertThat(before)
                .contains(
                        "windlass_gateway_filter_verdicts_total{action=\"Block\",deployment=\"m\",direction=\"output\",namespace=\"default\",rule=\"weapons\"}",
                        "windlass_gateway_limited_total{deployment=\"m\",limit=\"perKey.tokensPerDay\",namespace=\"default\"}",
                        "windlass_gateway_cache_requests_total{deployment=\"m\",namespace=\"default\",result=\"shared\"}");
        // One of each kind, so that what there is at all is there.
        ask("m", 0, "Hi", "/v1/chat/completions");
        ask("m", 0, "Hi", "/v1/chat/completions");
        ask("m", 0, "plutonium", "/v1/chat/completions");
        ask("m", 0, "plutonium", "/v1/moderations");
        ask("m", 1000, "Hi", "/v1/chat/completions");
        ask("m", FAVOURED, "Hi", "/v1/chat/completions");
        ask("m", 0, "Hi", "/v1/" + word());
        for (int i = 0; i < 101; i++) {
            ask("m", 1, "Hi", "/v1/chat/completions");
        }
        assertThat(series()).isEqualTo(before);

        for (int i = 0; i < 300; i++) {
            String model = random.nextBoolean() ? "m" : word();
            String path = random.nextInt(4) == 0 ? "/v1/" + word() : "/v1/chat/completions";
            ask(model, random.nextInt(80), random.nextInt(4) == 0 ? "plutonium " + word() : word(), path);
        }

        assertThat(series()).isEqualTo(before).hasSizeLessThan(400);
    }

    private String word() {
        return Long.toString(random.nextLong(), Character.MAX_RADIX).replace("-", "w");
    }

    private void ask(String model, int key, String prompt, String path) throws Exception {
        String body = """
                {"model": "%1$s", "user": "%2$s", "temperature": 0, "input": "%3$s", "messages": [{"role": "user", "content": "%3$s"}]}""".formatted(model, word(), prompt);
        gateway.post(
                path, body, "authorization", "Bearer secret-" + key, "x-request-id", word(), "x-" + word(), word());
    }

    private Set<String> series() throws Exception {
        return gateway.operations("/metrics")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toSet());
    }
}
