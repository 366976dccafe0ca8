package dev.windlass.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StopMatcherTest {
    @Test
    void holdsBackOnlyWhatMayBeginAStopString() {
        var matcher = new StopMatcher(List.of("</end>"), false);

        assertThat(matcher.append("text <")).isEqualTo("text ");
        assertThat(matcher.append("/e")).isEmpty();
        assertThat(matcher.append("x <")).isEqualTo("</ex ");
        assertThat(matcher.finish()).isEqualTo("<");
    }

    @Test
    void endsTheTextBeforeTheStopString() {
        var matcher = new StopMatcher(List.of("STOP"), false);

        assertThat(matcher.append("go ST") + matcher.append("OP and on")).isEqualTo("go ");
        assertThat(matcher.stop()).isEqualTo("STOP");
        assertThat(matcher.append("more") + matcher.finish()).isEmpty();
    }

    @Test
    void includesTheStopStringWhenAsked() {
        var matcher = new StopMatcher(List.of("\n\n"), true);

        assertThat(matcher.append("line\n") + matcher.append("\nnext")).isEqualTo("line\n\n");
    }

    @Test
    void takesTheStopStringThatIsCompleteFirst() {
        var matcher = new StopMatcher(List.of("bcd", "c"), false);

        assertThat(matcher.append("abcd")).isEqualTo("ab");
        assertThat(matcher.stop()).isEqualTo("c");
    }

    @Test
    void takesTheLongestOfStopStringsCompleteTogether() {
        var matcher = new StopMatcher(List.of("c", "bc"), false);

        assertThat(matcher.append("abc")).isEqualTo("a");
    }

    @Test
    void findsAStopStringThatOverlapsItsOwnBeginning() {
        var matcher = new StopMatcher(List.of("aab"), false);

        assertThat(matcher.append("a") + matcher.append("aa") + matcher.append("b"))
                .isEqualTo("a");
    }

    @Test
    void refusesAnEmptyStopString() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StopMatcher(List.of(""), false));
    }

    @Test
    void givesTheSameTextHoweverItIsCut() {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 3000; round++) {
            String text = letters(random, 30);
            var stops = List.of(letters(random, 1 + random.nextInt(4)), letters(random, 1 + random.nextInt(4)));
            boolean include = random.nextBoolean();
            var whole = new StopMatcher(stops, include);
            String expected = whole.append(text) + whole.finish();
            var cut = new StopMatcher(stops, include);
            var found = new StringBuilder();
            for (int at = 0, end; at < text.length(); at = end) {
                end = Math.min(text.length(), at + 1 + random.nextInt(4));
                found.append(cut.append(text.substring(at, end)));
                assertThat(expected).startsWith(found.toString());
            }
            found.append(cut.finish());

            assertThat(found.toString()).isEqualTo(expected);
            assertThat(cut.stop()).isEqualTo(whole.stop());
            assertThat(whole.stop() == null).isEqualTo(stops.stream().noneMatch(text::contains));
        }
    }

    private static String letters(SplittableRandom random, int length) {
        var text = new StringBuilder();
        random.ints(length, 'a', 'd').forEach(c -> text.append((char) c));
        return text.toString();
    }
}
