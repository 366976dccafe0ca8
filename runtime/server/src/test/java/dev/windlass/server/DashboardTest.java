package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DashboardTest {
    private static final Pattern SERIES = Pattern.compile("\"((?:vllm:|windlass_|jvm_|process_|system_)\\w+)\"");

    @Test
    void isNotThereUnlessWanted() {
        try (var server = TestServer.start()) {
            assertThat(server.get("/dashboard").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void isAPageWhoseBrowserRunsNothingElseAndAsksNobodyElse() throws Exception {
        try (var server = TestServer.start(TestServer.OPTIONS.withDashboard(true))) {
            var page = server.get("/dashboard");

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
            var digest = MessageDigest.getInstance("SHA-256");
            String script = page.body()
                    .substring(page.body().indexOf("<script>") + 8, page.body().indexOf("</script>"));
            assertThat(page.headers().firstValue("content-security-policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'none'; connect-src 'self';")
                            .contains("script-src 'sha256-"
                                    + Base64.getEncoder()
                                            .encodeToString(digest.digest(script.getBytes(StandardCharsets.UTF_8)))
                                    + "';")
                            .doesNotContain("unsafe"));
            // Of addresses there is only the name of SVG, and nothing is loaded.
            assertThat(page.body().replace("http://www.w3.org/2000/svg", ""))
                    .doesNotContain("http:", "https:", " src=", "@import", "url(", " style=", "innerHTML");
        }
    }

    @Test
    void drawsNoSeriesThatThereIsNot() {
        try (var server = TestServer.start(TestServer.OPTIONS.withDashboard(true))) {
            server.metrics.observeGpus(GpuSeriesTest::twoDevices);
            server.chat("say hi", "");
            String metrics = server.get("/metrics").body();

            Set<String> drawn = new TreeSet<>();
            SERIES.matcher(server.get("/dashboard").body()).results().forEach(one -> drawn.add(one.group(1)));

            assertThat(drawn)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(name -> assertThat(metrics)
                            .containsAnyOf("\n" + name + "{", "\n" + name + " ", "\n" + name + "_bucket{"));
        }
    }
}
