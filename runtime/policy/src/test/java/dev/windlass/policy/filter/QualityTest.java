package dev.windlass.policy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How often rules are right, by texts with the right answers. */
class QualityTest {
    private static final Map<String, String> RULES = Map.of(
            "keywords", "{name: keywords, keywords: {words: [bomb, pipe bomb, kill yourself]}}",
            "key", "{name: key, pattern: {expression: '\\b(sk-[A-Za-z0-9]{12,}|AKIA[A-Z0-9]{16})\\b'}}",
            "email", "{name: email, pii: {recognisers: [Email]}}",
            "phone", "{name: phone, pii: {recognisers: [Phone]}}",
            "iban", "{name: iban, pii: {recognisers: [Iban]}}",
            "card", "{name: card, pii: {recognisers: [Card]}}",
            "ip", "{name: ip, pii: {recognisers: [IpAddress]}}",
            "sentiment", "{name: sentiment, sentiment: {}}");

    /** What each is at least: precision and recall. */
    private static final Map<String, double[]> FLOORS = Map.of(
            "keywords", new double[] {1, 1},
            "key", new double[] {1, 1},
            "email", new double[] {1, 1},
            "phone", new double[] {.9, .9},
            "iban", new double[] {1, 1},
            "card", new double[] {1, 1},
            "ip", new double[] {1, 1},
            "sentiment", new double[] {.9, .9});

    private record Labelled(String rule, boolean matches, String text) {}

    private static final class Score {
        int right;
        int wrong;
        int missed;
        final List<String> mistakes = new ArrayList<>();

        double precision() {
            return (double) right / (right + wrong);
        }

        double recall() {
            return (double) right / (right + missed);
        }
    }

    private static List<Labelled> labelled() throws IOException {
        try (var file = Objects.requireNonNull(QualityTest.class.getResourceAsStream("labelled.tsv"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 3))
                    .map(parts -> new Labelled(
                            parts[0],
                            parts[1].equals("1"),
                            parts[2].replace("\\n", "\n").replace("\\\\", "\\")))
                    .toList();
        }
    }

    @Test
    void everyRuleIsAsGoodAsItWas() throws IOException {
        Map<String, FilterPolicy> policies = new TreeMap<>();
        RULES.forEach((name, rule) -> policies.put(name, Policies.of("- " + rule + "\n")));
        Map<String, Score> scores = new TreeMap<>();
        for (var labelled : labelled()) {
            var score = scores.computeIfAbsent(labelled.rule(), _ -> new Score());
            boolean found = !Objects.requireNonNull(policies.get(labelled.rule()), labelled.rule())
                    .redact(labelled.text())
                    .equals(labelled.text());
            score.right += found && labelled.matches() ? 1 : 0;
            score.wrong += found && !labelled.matches() ? 1 : 0;
            score.missed += !found && labelled.matches() ? 1 : 0;
            if (found != labelled.matches()) {
                score.mistakes.add((found ? "found in: " : "missed in: ") + labelled.text());
            }
        }

        assertThat(scores.keySet()).isEqualTo(policies.keySet());
        scores.forEach((rule, score) -> System.out.printf(
                "%-10s precision %.3f recall %.3f %s%n", rule, score.precision(), score.recall(), score.mistakes));
        scores.forEach((rule, score) -> {
            double[] floors = Objects.requireNonNull(FLOORS.get(rule), rule);
            assertThat(score.precision()).as(rule).isGreaterThanOrEqualTo(floors[0]);
            assertThat(score.recall()).as(rule).isGreaterThanOrEqualTo(floors[1]);
        });
    }
}
