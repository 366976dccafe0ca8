package dev.windlass.gateway.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.HoldLimits;
import dev.windlass.gateway.route.Sticky;
import dev.windlass.gateway.upstream.RuntimeTls;
import dev.windlass.http.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteFileTest {
    @Test
    void aNameAndEndpointsSuffice() {
        var table = RouteFile.parse("deployments: [{name: m, endpoints: [{address: '[::1]:8000'}]}]")
                .table();
        var route = table.find("m").orElseThrow();
        assertThat(route.deployment()).hasToString("default/m");
        assertThat(route.model()).isEqualTo("m");
        assertThat(route.balancing()).isEqualTo(Balancing.LeastLoad);
        assertThat(route.hold()).isEqualTo(HoldLimits.DEFAULT);
        assertThat(route.sticky()).isEqualTo(Sticky.NONE);
        assertThat(route.allEndpoints()).extracting(Endpoint::host).containsExactly("::1");
    }

    @Test
    void jsonIsYamlToo() {
        assertThat(RouteFile.parse("{\"deployments\": [{\"name\": \"m\", \"hold\": {\"maxWait\": \"PT1M\"}}]}")
                        .table()
                        .find("m")
                        .orElseThrow()
                        .hold()
                        .maximumWait())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource({"10m, PT10M", "1h30m, PT1H30M", "500ms, PT0.5S", "PT2M, PT2M", "999999999h, P365D"})
    void waitsAreWrittenAsInResources(String written, Duration meant) {
        assertThat(RouteFile.parse("deployments: [{name: m, hold: {maxWait: " + written + "}}]")
                        .table()
                        .find("m")
                        .orElseThrow()
                        .hold()
                        .maximumWait())
                .isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            deployments: [{nam: m}]                                                | nam
            deployments: [{name: m, routing: Fastest}]                             | Fastest
            deployments: [{name: m, endpoints: [{address: nowhere}]}]              | host:port
            deployments: [{name: m, revisions: [{name: a, weight: 50}]}]           | sum to 100
            deployments: [{name: m, hold: {maxWait: 10 minutes}}]                  | such as 90s, 10m
            deployments: [{}]                                                      | namespace and a name
            """)
    void whatIsWrongIsSaid(String text, String says) {
        assertThatThrownBy(() -> RouteFile.parse(text).table())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
    }

    @Test
    void anEndpointWithTlsIsOfItsDeployment() {
        var table = RouteFile.parse("""
                deployments:
                - name: m
                  namespace: team
                  endpoints: [{address: '10.0.0.1:8443', tls: true}, {address: '10.0.0.2:8080'}]
                """).table();

        assertThat(table.find("m").orElseThrow().allEndpoints())
                .extracting(endpoint -> endpoint.expected().map(Identity::uri).orElse("plain"))
                .containsExactly("spiffe://windlass/ns/team/llm/m", "plain");
    }

    @Test
    void anEndpointThatCannotBeUsedIsNotReady() {
        var table = RouteFile.parse(
                        "deployments: [{name: m, endpoints: [{address: 'a:1', tls: true}, {address: 'b:1'}]}]")
                .table(endpoint -> endpoint.owner() == null);

        assertThat(table.find("m").orElseThrow().open().get("m"))
                .extracting(Endpoint::host)
                .containsExactly("b");
    }

    @Test
    void changesAreSeenAndMistakesAreNot(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("routes.yaml"), "deployments: [{name: a}]");
        var routes = new CurrentRoutes();
        try (var _ = RouteFileWatch.start(file, routes, RuntimeTls.NONE, Duration.ofMillis(10))) {
            assertThat(routes.table().find("a")).isPresent();
            Files.writeString(file, "deployments: [{name: b}]");
            await().until(() -> routes.table().find("b").isPresent());
            Files.writeString(file, "deployments: [{oops: b}]");
            Thread.sleep(Duration.ofMillis(100));
            assertThat(routes.table().find("b")).isPresent();
            Files.writeString(file, "deployments: [{name: c}]");
            await().until(() -> routes.table().find("c").isPresent());
        }
    }
}
