package dev.windlass.operator.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.FakePrometheus;
import dev.windlass.operator.FakePrometheus.Reply;
import dev.windlass.operator.prometheus.PrometheusQueries.Round;
import dev.windlass.operator.rollout.Answer;
import dev.windlass.operator.rollout.DueCheck;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusQueriesTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00.250Z");

    private final PrometheusQueries queries = new PrometheusQueries(InstantSource.fixed(NOW), Duration.ofSeconds(2));

    @AfterEach
    void stop() {
        queries.close();
    }

    @Test
    void asksOncePerCheckAndCallsWhenAllIsAnswered() throws Exception {
        try (var prometheus = server(query -> Reply.sample(query.contains("new") ? "2" : "1"))) {
            List<Question> questions = List.of(
                    new Question("a", "81a", prometheus.url(), "x{r=\"new\"} + 1"),
                    new Question("a", "70b", prometheus.url(), "x"));

            var answers = answered(round(1), questions);

            assertThat(answers.of("81a")).containsOnly(Map.entry("a", new Answer.Value(2)));
            assertThat(answers.of("70b")).containsOnly(Map.entry("a", new Answer.Value(1)));
            assertThat(queries.of("ns/m", round(1), List::of, () -> {})).contains(answers);
            assertThat(prometheus.asked())
                    .containsExactly(
                            "query=x{r=\"new\"} + 1&time=1795507200.250&timeout=1s",
                            "query=x&time=1795507200.250&timeout=1s");
            answered(round(2), questions);
            assertThat(prometheus.asked()).as("for the next check").hasSize(4);
        }
    }

    @Test
    void aServerThatIsSilentIsWaitedForOnce() throws Exception {
        try (var prometheus = server(query -> new Reply(200, "{}", Duration.ofSeconds(20)))) {
            long began = System.nanoTime();
            var answers = answered(
                    round(1),
                    List.of(
                            new Question("a", "81a", prometheus.url(), "x"),
                            new Question("b", "81a", prometheus.url(), "y")));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
            assertThat(answers.of("81a").values())
                    .containsOnly(new Answer.None("Prometheus did not answer within 2 s"));
            assertThat(prometheus.asked()).hasSize(1);
        }
    }

    @Test
    void whatCannotBeAskedIsSaid() throws Exception {
        String closed;
        try (var prometheus = server(query -> Reply.of(""))) {
            closed = prometheus.url();
        }
        try (var prometheus = server(query -> Reply.of(" ".repeat(2 << 20)))) {
            var answers = answered(
                    round(1),
                    List.of(
                            new Question("nowhere", "81a", "", "x"),
                            new Question("closed", "81a", closed, "x"),
                            new Question("odd", "81a", "http://a b", "x"),
                            new Question("long", "81a", prometheus.url(), "x")));

            assertThat(answers.of("81a"))
                    .containsEntry("nowhere", new Answer.None("nobody said where Prometheus is"))
                    .containsEntry("closed", new Answer.None("Prometheus could not be reached"))
                    .containsEntry("odd", new Answer.None("expected an address of Prometheus, got \"http://a b\""));
            assertThat(answers.of("81a").get("long")).asString().contains("Prometheus could not be asked", "exceed");
        }
    }

    private static FakePrometheus server(Function<String, Reply> answer) throws Exception {
        return new FakePrometheus(answer);
    }

    private static Round round(int check) {
        return new Round(new DueCheck("70b", "81a", NOW, NOW.plusSeconds(check)), List.of());
    }

    private PrometheusQueries.Answers answered(Round round, List<Question> questions) throws InterruptedException {
        var done = new CountDownLatch(1);
        assertThat(queries.of("ns/m", round, () -> questions, done::countDown)).isEmpty();
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        return queries.of("ns/m", round, List::of, () -> {}).orElseThrow();
    }
}
