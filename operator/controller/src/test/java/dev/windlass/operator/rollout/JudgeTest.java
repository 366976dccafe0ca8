package dev.windlass.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.rollout.Metric.Outside;
import dev.windlass.operator.rollout.Metric.Served;
import dev.windlass.operator.rollout.MetricRule.AtMost;
import dev.windlass.operator.rollout.MetricRule.Limit;
import dev.windlass.operator.rollout.MetricRule.Regression;
import dev.windlass.operator.rollout.Verdict.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
    private static final Instant FROM = Instant.parse("2026-11-22T08:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TtftP95         | +20 % | 1000, 0, 0.41, 0 | 812, 0, 0.44, 0 | Pass         | TtftP95 0.41 s -> 0.44 s (+7 %, limit 20 %)
            TtftP95         | +20 % | 1000, 0, 0.41, 0 | 812, 0, 0.93, 0 | Fail         | TtftP95 0.41 s -> 0.93 s (+127 %, limit 20 %)
            TtftP95         | +20 % | 1000, 0, 0.50, 0 | 812, 0, 0.25, 0 | Pass         | TtftP95 0.5 s -> 0.25 s (-50 %, limit 20 %)
            TtftP95         | +20 % | 1000, 0, 0.41, 0 |  12, 0, 0.93, 0 | Inconclusive | TtftP95 inconclusive: 12 of 50 requests needed
            TtftP95         | +20 % |   12, 0, 0.41, 0 | 812, 0, 0.93, 0 | Inconclusive | TtftP95 inconclusive: 12 of 50 requests needed of the stable revision
            ErrorRate       | 1 %   | 1000, 2, 0.41, 0 | 800, 4, 0.41, 0 | Pass         | ErrorRate 0.2 % -> 0.5 % (limit 1 %)
            ErrorRate       | 1 %   | 1000, 2, 0.41, 0 | 800,32, 0.41, 0 | Fail         | ErrorRate 0.2 % -> 4 % (limit 1 %)
            ErrorRate       | 1 %   |    0, 0, 0.41, 0 | 800,32, 0.41, 0 | Fail         | ErrorRate 4 % (limit 1 %)
            FilterBlockRate | +50 % | 1000, 0, 0.41, 0 | 100, 0, 0.41, 1 | Pass         | FilterBlockRate 0 % -> 1 % (from nothing, limit 50 %)
            FilterBlockRate | +50 % | 1000, 0, 0.41, 0 | 100, 0, 0.41, 2 | Fail         | FilterBlockRate 0 % -> 2 % (from nothing, limit 50 %)
            FilterBlockRate | +50 % | 1000, 0, 0.41,10 | 100, 0, 0.41, 1 | Pass         | FilterBlockRate 1 % -> 1 % (+0 %, limit 50 %)
            """)
    void saysWhatTheNumbersSay(
            Served metric, String limit, String stable, String canary, Outcome outcome, String message) {
        Verdict verdict = judge(new MetricRule(metric, limit(limit)), measured(stable), measured(canary));
        assertThat(verdict.message()).isEqualTo(message);
        assertThat(verdict.outcome()).isEqualTo(outcome);
    }

    @Test
    void comparesOnlyWhatWasMeasuredOverTheSameWindow() {
        var rule = new MetricRule(Served.TtftP95, new Regression(0.2));
        var later = new Measurement(FROM.plusSeconds(30), FROM.plusSeconds(90), 800, 0, 0.4, 0.03, 0, Map.of());
        assertThat(judge(rule, measured("1000, 0, 0.41, 0"), later).message())
                .isEqualTo("TtftP95 inconclusive: the two revisions were measured over different windows");
    }

    @Test
    void asksAnOutsideSourceForTheCanaryOnly() {
        var rule = new MetricRule(new Outside("eval"), new AtMost(0.1));
        var canary = new Measurement(
                FROM, FROM.plusSeconds(60), 800, 0, 0.4, 0.03, 0, Map.of("eval", new Answer.Value(0.25)));
        assertThat(judge(rule, measured("1000, 0, 0.41, 0"), canary).message()).isEqualTo("eval 0.25 (limit 0.1)");
        assertThat(judge(rule, measured("1000, 0, 0.41, 0"), measured("800, 0, 0.41, 0"))
                        .outcome())
                .isEqualTo(Outcome.Inconclusive);
    }

    @Test
    void saysWhyAnOutsideSourceHasNoNumber() {
        var silent = Map.<String, Answer>of("eval", new Answer.None("Prometheus has no data"));
        var number = Map.<String, Answer>of("eval", new Answer.Value(0.2));
        var rule = new MetricRule(new Outside("eval"), new Regression(0.1));
        var measured = measured("800, 0, 0.41, 0");

        assertThat(judge(rule, measured.with(number), measured.with(silent)).message())
                .isEqualTo("eval inconclusive: Prometheus has no data, asked for the canary");
        assertThat(judge(rule, measured.with(silent), measured.with(number)).message())
                .isEqualTo("eval inconclusive: Prometheus has no data, asked for the stable revision");
        assertThat(judge(rule, measured.with(number), measured.with(number)).message())
                .isEqualTo("eval 0.2 -> 0.2 (+0 %, limit 10 %)");
    }

    @Test
    void waitsForThoseWhoAreAskedAndForNobodyElse() {
        var measured = measured("800, 0, 0.41, 0");
        assertThat(Judge.mustWait(measured.with(Map.of("eval", new Answer.Pending()))))
                .isTrue();
        assertThat(Judge.mustWait(measured.with(Map.of("eval", new Answer.None("no")))))
                .isFalse();
        assertThat(Judge.mustWait(measured)).isFalse();
        assertThat(Judge.mustWait(null)).isFalse();
    }

    @Test
    void oneFailureOutweighsDoubtAndDoubtOutweighsTheRest() {
        Verdict pass = new Verdict("a", Outcome.Pass, null, null, 0, "");
        Verdict doubt = new Verdict("b", Outcome.Inconclusive, null, null, 0, "");
        Verdict fail = new Verdict("c", Outcome.Fail, null, null, 0, "");
        assertThat(Judge.overall(List.of(pass, doubt, fail))).isEqualTo(Outcome.Fail);
        assertThat(Judge.overall(List.of(pass, doubt))).isEqualTo(Outcome.Inconclusive);
        assertThat(Judge.overall(List.of(pass))).isEqualTo(Outcome.Pass);
        assertThat(Judge.overall(List.of())).isEqualTo(Outcome.Pass);
    }

    private static Verdict judge(MetricRule rule, Measurement stable, Measurement canary) {
        return Judge.judge(new Analysis(Duration.ofSeconds(30), 50, 2, List.of(rule)), stable, canary)
                .getFirst();
    }

    private static Limit limit(String text) {
        double percent = Double.parseDouble(text.replaceAll("[^0-9.]", "")) / 100;
        return text.startsWith("+") ? new Regression(percent) : new AtMost(percent);
    }

    /** Requests, errors, time to first token, filter blocks. */
    private static Measurement measured(String text) {
        String[] parts = text.trim().split("\\s*,\\s*", -1);
        return new Measurement(
                FROM,
                FROM.plusSeconds(60),
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Double.parseDouble(parts[2]),
                0.03,
                Long.parseLong(parts[3]),
                Map.of());
    }
}
