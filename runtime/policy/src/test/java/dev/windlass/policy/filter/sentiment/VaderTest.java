package dev.windlass.policy.filter.sentiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Against vaderSentiment 3.3.2, by hack/golden/sentiment_golden.py. */
class VaderTest {
    private final Vader vader = Vader.english();

    private record Scored(double compound, String sentence) {}

    private static List<Scored> golden() throws IOException {
        try (var file = Objects.requireNonNull(VaderTest.class.getResourceAsStream("vader.tsv"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", 2))
                    .map(parts -> new Scored(
                            Double.parseDouble(parts[0]),
                            parts[1].replace("\\t", "\t").replace("\\\\", "\\")))
                    .toList();
        }
    }

    @Test
    void scoresAsTheReferenceDoes() throws IOException {
        var golden = golden();

        assertThat(golden).hasSizeGreaterThan(500);
        assertThat(golden)
                .allSatisfy(scored -> assertThat(vader.compound(scored.sentence()))
                        .as(scored.sentence())
                        .isCloseTo(scored.compound(), within(1e-4)));
    }

    /** What lets the begin of a sentence leave before its end is known. */
    @Test
    void aSentenceBelowZeroHasAWordThatIsKnownToBeAbleToGetItThere() throws IOException {
        for (var scored : golden()) {
            if (scored.compound() < 0) {
                List<String> before = new ArrayList<>();
                boolean isCharged = false;
                for (String word : vader.words(scored.sentence()).lower()) {
                    isCharged |= vader.isCharged(before, word);
                    before.add(word);
                }
                assertThat(isCharged).as(scored.sentence()).isTrue();
            }
        }
    }
}
